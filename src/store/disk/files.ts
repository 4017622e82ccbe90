import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';

const PIECE_BYTES = 1024 * 1024;

/** Replaces a file: whoever opens it finds the old bytes or the new ones, also after a power cut. */
export function writeDurably(file: string, ...pieces: readonly Uint8Array[]): void {
  const part = `${file}.part`;
  try {
    const fd = openSync(part, 'w', 0o600);
    try {
      for (const piece of pieces) writeAll(fd, piece);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Copies a file over another; nothing is flushed. */
export function copyFile(from: string, to: string): void {
  const piece = Buffer.alloc(PIECE_BYTES);
  const source = openSync(from, 'r');
  const target = openSync(to, 'w', 0o600);
  try {
    for (;;) {
      const read = readSync(source, piece);
      if (read === 0) return;
      writeAll(target, piece.subarray(0, read));
    }
  } finally {
    closeSync(target);
    closeSync(source);
  }
}

/** Makes names in a directory durable: those that came and those that went. */
export function syncDirectory(dir: string): void {
  sync(dir, 'r');
}

/** Makes what a file holds durable. */
export function syncFile(file: string): void {
  sync(file, 'r+');
}

function sync(path: string, flags: string): void {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
