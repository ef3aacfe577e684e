import { defineConfig } from 'vite'

export default defineConfig({
  // The development server must leave the package as it is, or the worker beside it is not found.
  optimizeDeps: { exclude: ['@atalaya/client'] },
})
