// Parts: a long list as several messages of a log.

/** Of one message of a log: what is delivered in some milliseconds, and far less than what NATS takes (`max_payload`, 1 MiB). */
export const MAX_MESSAGE_BYTES = 128 * 1024;
/** Of JSON around a list. */
const HEAD_BYTES = 200;

/** A list in its order, in as few parts as have at most MAX_MESSAGE_BYTES of JSON each; one element that is larger alone is a part. */
export function inParts<T>(all: readonly T[] = []): T[][] {
  const parts: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const each of all) {
    const more = Buffer.byteLength(JSON.stringify(each)) + 1;
    if (bytes + more > MAX_MESSAGE_BYTES) {
      parts.push([]);
      bytes = HEAD_BYTES;
    }
    parts.at(-1)!.push(each);
    bytes += more;
  }
  return parts;
}
