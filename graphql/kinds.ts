// The kinds of twins: an object type for each, made of the interface's fields and its own.
// K1  every kind of models/district.ts has one, and no type serves two

import type { Kind } from "../models/district.ts";
import type { FieldResolvers, SchemaPart } from "./context.ts";
import { building, locationTypeDefs, space, storey } from "./kinds/buildings.ts";
import { carrierTypeDefs } from "./kinds/carrier.ts";
import { district } from "./kinds/district.ts";
import { bus, generator, grid, line, load, storage, switchKind, transformer } from "./kinds/electricity.ts";
import type { KindType } from "./kinds/field.ts";
import { device, meter } from "./kinds/metering.ts";
import { exchanger, junction, pipe, plant, pump, reservoir, tank, valve } from "./kinds/pipe-networks.ts";
import { TWIN_FIELDS, twinResolvers } from "./schema/twin.ts";

const BY_KIND: Record<Kind, KindType> = {
  district,
  building,
  storey,
  space,
  meter,
  device,
  bus,
  line,
  transformer,
  switch: switchKind,
  load,
  generator,
  storage,
  grid,
  junction,
  pipe,
  pump,
  valve,
  tank,
  reservoir,
  exchanger,
  plant,
};

export const KIND_TYPES: readonly KindType[] = Object.values(BY_KIND);

/** Name of the object type of each kind. */
export const TYPE_OF_KIND = Object.fromEntries(KIND_TYPES.map(({ kind, type }) => [kind, type])) as Record<
  Kind,
  string
>;

function typeDefsOf({ type, description, fields }: KindType): string {
  const own = Object.entries(fields).map(
    ([name, field]) => `${JSON.stringify(field.description)}\n${name}: ${field.type}`,
  );
  return `${JSON.stringify(description)}\ntype ${type} implements Twin {\n${TWIN_FIELDS}\n${own.join("\n")}\n}`;
}

function resolversOf({ fields }: KindType): FieldResolvers {
  const own = Object.entries(fields).map(([name, field]) => [name, field.resolver(name)] as const);
  return { ...twinResolvers, ...Object.fromEntries(own) };
}

export const kindsPart: SchemaPart = {
  typeDefs: [carrierTypeDefs, locationTypeDefs, ...KIND_TYPES.map(typeDefsOf)].join("\n"),
  resolvers: Object.fromEntries(KIND_TYPES.map((kind) => [kind.type, resolversOf(kind)])),
};
