/** Vite bundles stylesheets that a module imports, and sets the app's base path. */
declare module '*.css'

interface ImportMeta {
  readonly env: { readonly BASE_URL: string }
}
