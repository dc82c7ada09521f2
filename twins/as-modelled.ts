// As modelled: what the model says of the position in which a twin is born. Guards for the event `born`.

import type { TwinEvent } from "./definition.ts";

/** The element is out of service in its file (pandapower and pandapipes `in_service`). */
export const modelledOutOfService = ({ event }: { event: TwinEvent }): boolean =>
  event.view.model.attributes.inService === false;

/** The element stands in the way of the flow in its file: out of service, or closed at the start (EPANET status). */
export const modelledShut = ({ event }: { event: TwinEvent }): boolean => {
  const { inService, initialStatus } = event.view.model.attributes;
  return inService === false || initialStatus === "closed";
};
