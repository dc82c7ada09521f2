// The child's end of processes.mjs: answers calls of the bench, one after the other.

/** @param {Record<string, (args: any) => unknown>} calls */
export function serve(calls) {
  process.on("message", async (/** @type {{ id: number, name: string, args: unknown }} */ { id, name, args }) => {
    try {
      process.send?.({ id, result: await calls[name](args) });
    } catch (error) {
      const { message, stack } = /** @type {Error} */ (error);
      process.send?.({ id, error: stack ?? message });
    }
  });
  process.once("disconnect", () => process.exit(0));
}
