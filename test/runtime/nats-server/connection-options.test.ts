import { expect, test } from "vitest";
import { natsAddress } from "../../../runtime/nats-server/connection-options.ts";
import { NatsError, withoutCredentials } from "../../../runtime/nats-server/nats-error.ts";

test.each([
  ["127.0.0.1", { servers: ["127.0.0.1:4222"] }],
  ["nats://nats.example:5222", { servers: ["nats.example:5222"] }],
  ["nats://[::1]:5222", { servers: ["[::1]:5222"] }],
  ["tls://nats.example", { servers: ["nats.example:4222"], tls: {} }],
  ["nats://anna:p%40ss:1@nats.example:5222", { servers: ["nats.example:5222"], user: "anna", pass: "p@ss:1" }],
  ["nats://s3cret@nats.example", { servers: ["nats.example:4222"], token: "s3cret" }],
  [
    "nats://u:p@a.example, nats://b.example:5222",
    { servers: ["a.example:4222", "b.example:5222"], user: "u", pass: "p" },
  ],
])("%s is read", (url, connection) => {
  expect(natsAddress(url).connection).toEqual(connection);
});

test.each(["http://nats.example", "nats://", "nats://u:%E0%A4%A@host", "nats://host:99999", "a b"])(
  "%j is refused",
  (url) => {
    expect(() => natsAddress(url)).toThrow(expect.objectContaining({ code: "NATS_URL_INVALID" }));
  },
);

test("X1, E1 neither the URL shown nor an error carries credentials", () => {
  const url = "nats://anna:s3cret@a.example,nats://t0ken@b.example";
  expect(natsAddress(url).shown).toBe("nats://***@a.example,nats://***@b.example");
  expect(withoutCredentials("E: http://anna:s3cret@m.example/debian failed")).toBe(
    "E: http://***@m.example/debian failed",
  );
  expect(new NatsError("NATS_UNREACHABLE", `No server at ${url}.`, "").message).not.toMatch(/s3cret|t0ken/);
});
