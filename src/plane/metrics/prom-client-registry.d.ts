// The registry alone, without the rest of the package (exporter.ts says why). Same class as the index exports.

declare module 'prom-client/lib/registry.js' {
  import { Registry } from 'prom-client';
  export default Registry;
}
