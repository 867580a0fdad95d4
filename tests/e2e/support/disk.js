// Files that lie on a disk, which browsers recognise by their name, size and time after a reload.
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Writes files into a folder of their own, for as long as something is done with them.
 * @template T
 * @param {Record<string, Buffer | string>} files by their paths in it
 * @param {(folder: string) => Promise<T>} act
 */
export async function onDisk(files, act) {
  const folder = await mkdtemp(join(tmpdir(), "cloakroom-e2e-files-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
