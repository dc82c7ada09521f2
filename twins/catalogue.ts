// Catalogue: every kind of twin and its definition. The composition root hands it to the runtime.

import type { Kind } from "../models/district.ts";
import { building } from "./building.ts";
import { bus } from "./bus.ts";
import type { Definition } from "./definition.ts";
import { device } from "./device.ts";
import { district } from "./district.ts";
import { exchanger } from "./exchanger.ts";
import { generator } from "./generator.ts";
import { grid } from "./grid.ts";
import { junction } from "./junction.ts";
import { line } from "./line.ts";
import { load } from "./load.ts";
import { meter } from "./meter.ts";
import { pipe } from "./pipe.ts";
import { plant } from "./plant.ts";
import { pump } from "./pump.ts";
import { reservoir } from "./reservoir.ts";
import { space } from "./space.ts";
import { storage } from "./storage.ts";
import { storey } from "./storey.ts";
import { switchTwin } from "./switch.ts";
import { tank } from "./tank.ts";
import { transformer } from "./transformer.ts";
import { valve } from "./valve.ts";

export const CATALOGUE: Record<Kind, Definition> = {
  ...{ district, building, storey, space, meter, device },
  ...{ bus, line, transformer, switch: switchTwin, load, generator, storage, grid },
  ...{ junction, pipe, pump, valve, tank, reservoir, exchanger, plant },
};
