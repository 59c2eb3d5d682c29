/** Vite bundles stylesheets that a module imports, and sets the app's base path. */
declare module '*.css'

/** The address of a file that Vite copies. */
declare module '*?url' {
  const address: string
  export default address
}

interface ImportMeta {
  readonly env: { readonly BASE_URL: string }
}
