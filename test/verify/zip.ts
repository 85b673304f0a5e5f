import { crc32 } from 'node:zlib';

export type File = readonly [name: string, data: Buffer];

const numbers = (...fields: readonly (readonly [value: number, bytes: number])[]): Buffer =>
  Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );

/** The container of a pack, as its page says. */
export function zip(files: readonly File[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let place = 0;
  for (const [name, data] of files) {
    const shared = numbers(
      ...([
        [20, 2],
        [0x0800, 2],
        [0, 2],
        [0, 2],
        [0x0021, 2],
      ] as const),
      ...([
        [crc32(data), 4],
        [data.length, 4],
        [data.length, 4],
        [name.length, 2],
        [0, 2],
      ] as const),
    );
    const tail = numbers([0, 2], [0, 2], [0, 2], [0, 4], [place, 4]);
    central.push(numbers([0x02014b50, 4], [20, 2]), shared, tail, Buffer.from(name));
    const header = Buffer.concat([numbers([0x04034b50, 4]), shared, Buffer.from(name)]);
    local.push(header, data);
    place += header.length + data.length;
  }
  const size = Buffer.concat(central).length;
  const end = numbers(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [files.length, 2],
    [files.length, 2],
    [size, 4],
    [place, 4],
    [0, 2],
  );
  return Buffer.concat([...local, ...central, end]);
}
