// Classes of Brick and RealEstateCore: what an entity of each is in a district.
// Fed by    the types of an entity, and `rdfs:subClassOf` where the file declares classes of its own
// Gives     its role, and the carrier of a meter
// Source    Brick 1.4 (BSD-3-Clause): the class hierarchy below Location, Equipment, Point and Collection
// C1  a class of another version of Brick is known by its last word, as Brick builds its names: `..._Sensor`, `..._Fan`

import type { Carrier } from "../../district.ts";

export type Role = "building" | "storey" | "space" | "zone" | "site" | "meter" | "equipment" | "collection" | Point;
/** Points, by what they are to whoever reads them. */
export type Point = "sensor" | "point";

const words = (text: string): string[] => text.split(/\s+/);

const LOCATIONS: Record<string, Role> = {
  Building: "building",
  Parking_Structure: "building",
  Floor: "storey",
  Storey: "storey",
  Level: "storey",
  Basement: "storey",
  Rooftop: "storey",
  Parking_Level: "storey",
  Site: "site",
  Region: "site",
  Outside: "site",
  Outdoor_Area: "site",
  Location: "site",
};
const SPACES: ReadonlySet<string> = new Set(
  words(`Ablutions_Room Atrium Auditorium Battery_Room Break_Room Breakroom Broadcast_Room Cafeteria Cold_Box Common_Space
  Concession Conference_Room Control_Room Copy_Room Cubicle Detention_Room Distribution_Frame Electrical_Room
  Elevator_Shaft Elevator_Space Employee_Entrance_Lobby Enclosed_Office Field_Of_Play Entrance Environment_Box Equipment_Room
  Exercise_Room First_Aid_Room Food_Service_Room Freezer Gatehouse Generator_Room Hallway Hazardous_Materials_Storage
  Hospitality_Box Hot_Box IDF Janitor_Room Laboratory Library Loading_Dock Lobby Lounge MDF Mail_Room Majlis
  Massage_Room Mechanical_Room Media_Hot_Desk Media_Production_Room Media_Room Medical_Room Office Office_Kitchen
  Open_Office Parking_Space Plumbing_Room Prayer_Room Private_Office Pump_Room Reception Rest_Room Restroom
  Retail_Room Riser Room Security_Service_Room Server_Room Service_Room Shared_Office Shower Space Sports_Service_Room
  Staircase Storage_Room Studio Switch_Room TETRA_Room Team_Room Telecom_Room Ticketing_Booth Transformer_Room Tunnel
  Vertical_Space Visitor_Lobby Wardrobe Waste_Storage Water_Tank Wing Workshop`),
);
const EQUIPMENT: readonly string[] =
  words(`AED AHU Absorption_Chiller Access_Control_Equipment Access_Reader Active_Chilled_Beam Air_Diffuser Air_Handler_Unit
  Air_Handling_Unit Air_Plenum Automated_External_Defibrillator Automatic_Tint_Window Baseboard_Radiator Battery Blind
  Boiler Booster_Fan Breaker_Panel Bus_Riser Bypass_Valve CAV CRAC CRAH Camera Ceiling_Fan Centrifugal_Chiller
  Chilled_Beam Chilled_Water_Coil Chilled_Water_Pump Chilled_Water_Valve Chiller Coil Cold_Deck
  Collection_Basin_Water_Heater Compressor Computer_Room_Air_Conditioning Computer_Room_Air_Handler Condenser
  Condenser_Heat_Exchanger Condenser_Water_Bypass_Valve Condenser_Water_Isolation_Valve Condenser_Water_Pump
  Condenser_Water_Valve Condensing_Natural_Gas_Boiler Constant_Air_Volume_Box Cooling_Coil Cooling_Tower
  Cooling_Tower_Fan Cooling_Valve DDAHU DOAS Damper Dedicated_Outdoor_Air_System_Unit
  Differential_Pressure_Bypass_Valve Dimmer Direct_Expansion_Cooling_Coil Direct_Expansion_Heating_Coil
  Discharge_Air_Plenum Discharge_Fan Disconnect_Switch Displacement_Flow_Air_Diffuser Domestic_Hot_Water_Valve
  Drench_Hose Dry_Cooler Dual_Duct_Air_Handling_Unit ESS_Panel Economizer Economizer_Damper
  Electric_Baseboard_Radiator Electric_Boiler Electric_Radiator Electrical_Equipment Elevator
  Embedded_Surface_System_Panel Emergency_Phone Emergency_Wash_Station Energy_Storage Equipment
  Evaporative_Heat_Exchanger Exhaust_Damper Exhaust_Fan Eye_Wash_Station FCU Fan Fan_Coil_Unit Fan_VFD Filter
  Final_Filter Fire_Alarm Fire_Alarm_Control_Panel Fire_Alarm_Manual_Call_Point Fire_Alarm_Pull_Station
  Fire_Control_Panel Fire_Safety_Equipment First_Aid_Kit Fume_Hood Furniture Gas_Distribution Gas_Valve HVAC_Equipment
  HVAC_Valve HX Heat_Detector Heat_Exchanger Heat_Wheel Heat_Wheel_VFD Heating_Coil Heating_Valve Hot_Deck
  Hot_Water_Baseboard_Radiator Hot_Water_Coil Hot_Water_Pump Hot_Water_Radiator Hot_Water_Valve Humidifier
  Induction_Unit Intake_Air_Filter Intercom_Equipment Interface Intrusion_Detection_Equipment Inverter Isolation_Valve
  Jet_Nozzle_Air_Diffuser Laminar_Flow_Air_Diffuser Lighting Lighting_Equipment Luminaire Luminaire_Driver MAU
  Makeup_Air_Unit Makeup_Water_Valve Manual_Fire_Alarm_Activation_Equipment Mixed_Air_Filter Mixed_Damper Motor
  Motor_Control_Center NVR Natural_Gas_Boiler Natural_Gas_Seismic_Shutoff_Valve Network_Video_Recorder
  Noncondensing_Natural_Gas_Boiler Outside_Damper Outside_Fan PAU PVT_Panel PV_Panel Passive_Chilled_Beam PlugStrip
  Pre_Filter Preheat_Hot_Water_Valve Pump Pump_VFD RC_Panel RTU RVAV Radiant_Ceiling_Panel Radiant_Panel Radiator
  Reheat_Valve Relay Relief_Damper Relief_Fan Return_Air_Filter Return_Air_Plenum Return_Damper Return_Fan
  Return_Heating_Valve Rooftop_Unit Safety_Equipment Safety_Shower Security_Equipment Shading_Equipment Smoke_Detector
  Solar_Thermal_Collector Space_Heater Stage_Riser Standby_CRAC Standby_Fan Steam_Baseboard_Radiator
  Steam_Distribution Steam_Radiator Steam_Valve Supply_Air_Plenum Supply_Fan Surveillance_Camera Switch Switchgear
  TABS_Panel Terminal_Unit Thermally_Activated_Building_System_Panel Thermostat Thermostatic_Mixing_Valve Touchpanel
  Transfer_Fan Transformer Underfloor_Air_Plenum VAV VFD Valve Variable_Air_Volume_Box
  Variable_Air_Volume_Box_With_Reheat Variable_Frequency_Drive Video_Intercom Video_Surveillance_Equipment
  Water_Distribution Water_Heater Water_Pump Water_Valve Weather_Station`);
/** RealEstateCore writes `ConferenceRoom` where Brick writes `Conference_Room`. */
const JOINED = new Set([...SPACES].map((name) => name.replaceAll("_", "")));
const EQUIPMENT_NAMES: ReadonlySet<string> = new Set(EQUIPMENT);
const EQUIPMENT_WORDS: ReadonlySet<string> = new Set(EQUIPMENT.map((name) => lastWord(name)));
const POINT_WORDS = /^(Setpoint|Alarm|Limit|Parameter|Command|Status|Band|Point)$/;
const SPACE_WORDS = /(Room|Space|Office|Lobby|Area|Kitchen|Apartment)$/;
const COLLECTION_WORDS = /^(System|Loop|Group|Array|Collection|Portfolio|Hub)$/;

/** What an entity of a class is, by the name of the class in Brick or RealEstateCore; undefined when nothing is known of it. */
export function roleOf(name: string): Role | undefined {
  if (Object.hasOwn(LOCATIONS, name)) return LOCATIONS[name];
  if (EQUIPMENT_NAMES.has(name)) return "equipment";
  if (SPACES.has(name) || JOINED.has(name)) return "space";
  const word = lastWord(name);
  if (word === "Sensor") return "sensor";
  if (POINT_WORDS.test(word)) return "point";
  if (word === "Meter") return "meter";
  if (word === "Zone") return "zone";
  if (COLLECTION_WORDS.test(word)) return "collection";
  if (EQUIPMENT_WORDS.has(word)) return "equipment";
  return SPACE_WORDS.test(word) ? "space" : undefined;
}

/** What a meter of a class meters; hot and chilled water are metered as heat when the meter gives energy. */
export function carrierOf(name: string, givesEnergy: boolean): Carrier | undefined {
  if (/Electric/.test(name)) return "electricity";
  if (/Gas/.test(name)) return "gas";
  if (/Thermal/.test(name)) return "heat";
  if (/(Hot|Chilled)_Water/.test(name)) return givesEnergy ? "heat" : "water";
  return /Water/.test(name) ? "water" : undefined;
}

function lastWord(name: string): string {
  return name.slice(name.lastIndexOf("_") + 1);
}
