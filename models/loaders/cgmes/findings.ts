// What the CIM loader has to say of its files.

import { type Findings, findingCodes } from "../../finding.ts";

export const CGMES_FINDINGS = findingCodes({
  CGMES_NOT_RDF: {
    severity: "error",
    hint: "Name a file with an rdf:RDF root, as CIM100 and the CGMES profiles have it; this one was passed over.",
  },
  CGMES_XML: { severity: "error", hint: "Mend the XML: what stands before and after the fault was read." },
  CGMES_TRUNCATED: { severity: "error", hint: "Copy the file again: it is not complete." },
  CGMES_ENTITIES: {
    severity: "error",
    hint: "Take the DOCTYPE out: CIM needs none, and a file that declares entities is not read.",
  },
  CGMES_ENCODING: { severity: "info", hint: "Save the file as UTF-8." },
  CGMES_TOO_LARGE: { severity: "error", hint: "Split the model into several files of the same source." },
  CGMES_ZIP_UNREADABLE: { severity: "error", hint: "Pack the archive again, without a password." },
  CGMES_FILE_UNREADABLE: { severity: "error", hint: "Check the name, its case, and that the file may be read." },
  CGMES_FILE_IGNORED: { severity: "info", hint: "Nothing to do: only .xml, .rdf and .zip files are read." },
  CGMES_NO_OBJECTS: { severity: "error", hint: "Name the files of the profile EQ and those that go with it." },
  CGMES_NAMESPACE: {
    severity: "warning",
    hint: "Check the counts: classes of CIM16, CIM17 and CIM100 are known, others may be named differently.",
  },
  CGMES_DIFFERENCE: {
    severity: "error",
    hint: "Give the full models: changes of a difference model are not carried out.",
  },
  CGMES_DEPENDENCY: { severity: "info", hint: "Add the file of that model, if elements are missing." },
  CGMES_UNITS: { severity: "warning", hint: "Check the voltages: CGMES has kV, MW and km, CIMHub V, W and m." },
  CGMES_NO_ID: { severity: "error", hint: "Give the element an rdf:ID or rdf:about; it was left out." },
  CGMES_DUPLICATE_ID: {
    severity: "error",
    hint: "Give every object an id of its own: what is said first of one id was kept.",
  },
  CGMES_NESTED: { severity: "warning", hint: "Write each object right under rdf:RDF, as CIM XML asks for." },
  CGMES_DANGLING: {
    severity: "warning",
    hint: "Add the file that has the object (a boundary set, or a further profile), or correct the reference.",
  },
  CGMES_NO_NODES: {
    severity: "error",
    hint: "Add the profile TP, or an EQ with connectivity nodes: without nodes nothing is connected.",
  },
  CGMES_UNCONNECTED: {
    severity: "warning",
    hint: "Give the equipment its terminals, each with a node; what needs two nodes carries no power with one.",
  },
  CGMES_SAME_ENDS: { severity: "warning", hint: "Correct one of the two terminals." },
  CGMES_VALUE: { severity: "warning", hint: "Write a number; the value was left out." },
  CGMES_PARAMETER: { severity: "warning", hint: "Correct the value: a power flow will not converge with it." },
  CGMES_VOLTAGE: { severity: "warning", hint: "Give the node or its voltage level a base voltage." },
  CGMES_VOLTAGE_MISMATCH: {
    severity: "warning",
    hint: "Connect nodes of the same base voltage, or use a transformer between them.",
  },
  CGMES_BUS_ISOLATED: { severity: "warning", hint: "Connect the node with a line, a switch or a transformer." },
  CGMES_UNSUPPLIED: { severity: "warning", hint: "Close a switch, or add a source there." },
  CGMES_NO_SOURCE: {
    severity: "error",
    hint: "Add an EnergySource, an ExternalNetworkInjection, or a machine with referencePriority: no bus is supplied.",
  },
  CGMES_CLASS_UNKNOWN: {
    severity: "info",
    hint: "Nothing to do, unless the district needs them: objects of this class were left out.",
  },
  CGMES_UNATTACHED: {
    severity: "info",
    hint: "Nothing to do, unless the references that lead to these objects are missing.",
  },
});

export type CgmesFindings = Findings<typeof CGMES_FINDINGS>;
