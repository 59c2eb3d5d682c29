export declare function screens(options?: { readonly node?: string; readonly anew?: boolean }): boolean
