// Columns: named rows of numbers in one piece of memory, with a head of JSON, read back without copying.
// Form  magic, length of the head, the head (what the columns are, and what its writer says of them), then each column at a multiple of 8
// N1  what is not whole, or not of this form, is refused with undefined, never guessed

/** `QCOL` and the version of the form. */
const MAGIC = 0x4c4f4351;
const FORM = 1;
const HEAD_AT = 12;
const ALIGNED = 8;

const TYPES = { u8: Uint8Array, u32: Uint32Array, i32: Int32Array } as const;
type TypeName = keyof typeof TYPES;
export type Column = Uint8Array | Uint32Array | Int32Array;

interface Described {
  name: string;
  type: TypeName;
  /** Of numbers. */
  length: number;
  /** Byte at which it begins, counted from the end of the head. */
  at: number;
}

interface Head<T> {
  columns: Described[];
  said: T;
}

const aligned = (at: number): number => Math.ceil(at / ALIGNED) * ALIGNED;

function typeOf(column: Column): TypeName {
  return (Object.keys(TYPES) as TypeName[]).find((name) => column instanceof TYPES[name])!;
}

/** `said`: what is to be read back beside the columns. */
export function encodeColumns(columns: Readonly<Record<string, Column>>, said: unknown): Uint8Array {
  let end = 0;
  const described = Object.entries(columns).map(([name, column]): Described => {
    const at = end;
    end = aligned(at + column.byteLength);
    return { name, type: typeOf(column), length: column.length, at };
  });
  const head = new TextEncoder().encode(JSON.stringify({ columns: described, said } satisfies Head<unknown>));
  const start = aligned(HEAD_AT + head.length);
  const bytes = new Uint8Array(start + end);
  new Uint32Array(bytes.buffer, 0, 3).set([MAGIC, FORM, head.length]);
  bytes.set(head, HEAD_AT);
  for (const { name, at } of described) {
    const { buffer, byteOffset, byteLength } = columns[name]!;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start + at);
  }
  return bytes;
}

/** The columns lie in `bytes`, which must not change afterwards. */
export function decodeColumns<T>(bytes: Uint8Array): { columns: Record<string, Column>; said: T } | undefined {
  const whole = bytes.byteOffset % ALIGNED === 0 ? bytes : new Uint8Array(bytes);
  if (whole.length < HEAD_AT) return undefined;
  const [magic, form, length] = new Uint32Array(whole.buffer, whole.byteOffset, 3) as unknown as [
    number,
    number,
    number,
  ];
  if (magic !== MAGIC || form !== FORM || HEAD_AT + length > whole.length) return undefined;
  try {
    const head = JSON.parse(new TextDecoder().decode(whole.subarray(HEAD_AT, HEAD_AT + length))) as Head<T>;
    const start = whole.byteOffset + aligned(HEAD_AT + length);
    const columns: Record<string, Column> = {};
    for (const { name, type, length: count, at } of head.columns) {
      const Type: new (memory: ArrayBufferLike, from: number, count: number) => Column = TYPES[type];
      // Throws for what does not lie within the memory.
      const column = new Type(whole.buffer, start + at, count);
      if (column.byteOffset + column.byteLength > whole.byteOffset + whole.length) return undefined;
      columns[name] = column;
    }
    return { columns, said: head.said };
  } catch {
    return undefined;
  }
}
