// The columns that every table of a pandapower net has, empty or not, and their types.
// Source: pandapower 3, the tables of an empty network (create_empty_network), as its nets in JSON have them

/** `f` float64, `u` uint32, `b` bool, `o` object (a text, mostly). */
const COLUMNS: Record<string, string> = {
  bus: "name:o vn_kv:f type:o zone:o in_service:b geo:o",
  bus_dc: "name:o vn_kv:f type:o zone:o in_service:b geo:o",
  load:
    "name:o bus:u p_mw:f q_mvar:f const_z_p_percent:f const_z_q_percent:f const_i_p_percent:f const_i_q_percent:f sn_mva:f " +
    "scaling:f in_service:b type:o",
  sgen: "name:o bus:u p_mw:f q_mvar:f sn_mva:f scaling:f in_service:b type:o current_source:b",
  motor:
    "name:o bus:u pn_mech_mw:f loading_percent:f cos_phi:f cos_phi_n:f efficiency_percent:f efficiency_n_percent:f lrc_pu:f " +
    "vn_kv:f scaling:f in_service:b rx:f",
  asymmetric_load:
    "name:o bus:u p_a_mw:f q_a_mvar:f p_b_mw:f q_b_mvar:f p_c_mw:f q_c_mvar:f sn_mva:f scaling:f in_service:b type:o",
  asymmetric_sgen:
    "name:o bus:u p_a_mw:f q_a_mvar:f p_b_mw:f q_b_mvar:f p_c_mw:f q_c_mvar:f sn_mva:f scaling:f in_service:b type:o " +
    "current_source:b",
  storage: "name:o bus:u p_mw:f q_mvar:f sn_mva:f soc_percent:f min_e_mwh:f max_e_mwh:f scaling:f in_service:b type:o",
  gen: "name:o bus:u p_mw:f vm_pu:f sn_mva:f min_q_mvar:f max_q_mvar:f scaling:f slack:b in_service:b slack_weight:f type:o",
  switch: "bus:u element:u et:o type:o closed:b name:o z_ohm:f in_ka:f",
  shunt: "bus:u name:o q_mvar:f p_mw:f vn_kv:f step:u max_step:u in_service:b",
  svc:
    "name:o bus:u x_l_ohm:f x_cvar_ohm:f set_vm_pu:f thyristor_firing_angle_degree:f controllable:b in_service:b " +
    "min_angle_degree:f max_angle_degree:f",
  ssc: "name:o bus:u r_ohm:f x_ohm:f vm_internal_pu:f va_internal_degree:f set_vm_pu:f controllable:b in_service:b",
  vsc:
    "name:o bus:u bus_dc:u r_ohm:f x_ohm:f r_dc_ohm:f pl_dc_mw:f control_mode_ac:o control_value_ac:f control_mode_dc:o " +
    "control_value_dc:f controllable:b in_service:b",
  ext_grid: "name:o bus:u vm_pu:f va_degree:f slack_weight:f in_service:b",
  line:
    "name:o std_type:o from_bus:u to_bus:u length_km:f r_ohm_per_km:f x_ohm_per_km:f c_nf_per_km:f g_us_per_km:f max_i_ka:f " +
    "df:f parallel:u type:o in_service:b geo:o",
  line_dc:
    "name:o std_type:o from_bus_dc:u to_bus_dc:u length_km:f r_ohm_per_km:f g_us_per_km:f max_i_ka:f df:f parallel:u type:o " +
    "in_service:b geo:o",
  trafo:
    "name:o std_type:o hv_bus:u lv_bus:u sn_mva:f vn_hv_kv:f vn_lv_kv:f vk_percent:f vkr_percent:f pfe_kw:f i0_percent:f " +
    "shift_degree:f tap_side:o tap_neutral:f tap_min:f tap_max:f tap_step_percent:f tap_step_degree:f tap_pos:f " +
    "tap_changer_type:o parallel:u df:f in_service:b",
  trafo3w:
    "name:o std_type:o hv_bus:u mv_bus:u lv_bus:u sn_hv_mva:f sn_mv_mva:f sn_lv_mva:f vn_hv_kv:f vn_mv_kv:f vn_lv_kv:f " +
    "vk_hv_percent:f vk_mv_percent:f vk_lv_percent:f vkr_hv_percent:f vkr_mv_percent:f vkr_lv_percent:f pfe_kw:f i0_percent:f " +
    "shift_mv_degree:f shift_lv_degree:f tap_side:o tap_neutral:f tap_min:f tap_max:f tap_step_percent:f tap_step_degree:f " +
    "tap_pos:f tap_at_star_point:b tap_changer_type:o in_service:b",
  impedance:
    "name:o from_bus:u to_bus:u rft_pu:f xft_pu:f rtf_pu:f xtf_pu:f sn_mva:f in_service:b gf_pu:f gt_pu:f bf_pu:f bt_pu:f",
  tcsc: "name:o from_bus:u to_bus:u x_l_ohm:f x_cvar_ohm:f set_p_to_mw:f thyristor_firing_angle_degree:f controllable:b in_service:b",
  dcline:
    "name:o from_bus:u to_bus:u p_mw:f loss_percent:f loss_mw:f vm_from_pu:f vm_to_pu:f max_p_mw:f min_q_from_mvar:f " +
    "min_q_to_mvar:f max_q_from_mvar:f max_q_to_mvar:f in_service:b",
  ward: "name:o bus:u ps_mw:f qs_mvar:f qz_mvar:f pz_mw:f in_service:b",
  xward: "name:o bus:u ps_mw:f qs_mvar:f qz_mvar:f pz_mw:f r_ohm:f x_ohm:f vm_pu:f slack_weight:f in_service:b",
  measurement: "name:o measurement_type:o element_type:o element:u value:f std_dev:f side:o",
  pwl_cost: "power_type:o element:u et:o points:o",
  poly_cost:
    "element:u et:o cp0_eur:f cp1_eur_per_mw:f cp2_eur_per_mw2:f cq0_eur:f cq1_eur_per_mvar:f cq2_eur_per_mvar2:f",
  controller: "object:o in_service:b order:f level:o initial_run:b recycle:o",
  characteristic: "object:o",
  group: "name:o element_type:o element_index:o reference_column:o",
};

const DTYPES = { f: "float64", u: "uint32", b: "bool", o: "object" } as const;
export type Dtype = (typeof DTYPES)[keyof typeof DTYPES];

/** The columns that a table has at least, with their types. */
export function standardColumns(table: string): [column: string, dtype: Dtype][] {
  return (COLUMNS[table]?.split(" ") ?? []).map((each) => {
    const [column, letter] = each.split(":") as [string, keyof typeof DTYPES];
    return [column, DTYPES[letter]];
  });
}
