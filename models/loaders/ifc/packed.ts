// Takes the one model out of an .ifczip.
// Fed by    models/loaders/ifc.ts
// Gives     the bytes of the model, or findings

import { unpack, ZipError, zipEntries } from "../zip.ts";
import type { IfcFindings } from "./findings.ts";

/** The model inside the archive; undefined with a finding when there is none, or it cannot be read. */
export function unpackIfc(bytes: Uint8Array, findings: IfcFindings): Uint8Array | undefined {
  const fail = (message: string): undefined => {
    findings.add("IFC_ZIP_UNREADABLE", "", message);
    return undefined;
  };
  const entries = zipEntries(bytes);
  if (!entries) return fail("the archive has no readable directory");
  const models = entries.filter(
    ({ name }) => /\.(ifc|ifcxml|xml)$/i.test(name) && !/(^|\/)(__MACOSX\/|\._)/.test(name),
  );
  const model = models.find(({ name }) => /\.ifc$/i.test(name)) ?? models[0];
  if (!model) return fail("there is no .ifc or .ifcxml file in the archive");
  if (models.length > 1) fail(`the archive holds ${models.length} models; ${model.name} was read`);
  if (model.encrypted) return fail(`${model.name} is encrypted`);
  try {
    return unpack(bytes, model);
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    findings.add(error.tooLarge ? "IFC_TOO_LARGE" : "IFC_ZIP_UNREADABLE", model.name, error.message);
    return undefined;
  }
}
