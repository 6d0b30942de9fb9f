// The byte order of this machine, found without node:os so that the core may import it.

export const endianness: 'little' | 'big' =
  new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 'little' : 'big';
