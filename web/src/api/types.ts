/** The shapes the API answers with. */

import type { Dimension } from "../domain";

/** A word or sentence in the page's two languages. */
export interface Said {
  zh: string;
  en: string;
}

/** What a grant is bound to; its name where it has one to show. */
export interface Over {
  code: string;
  name: string | null;
}

/** A role that one holds over something. */
export interface Grant {
  id: number;
  role: string;
  role_name: Said;
  over: Over | null;
  current: boolean;
}

/** A part of the demonstration that may be played; `public` is nobody's. */
export interface Part extends Said {
  part: string;
}

/** Who asks, in which role and over what; `kind` is `public` where nobody is signed in. */
export interface Session {
  signed_in: boolean;
  kind: "all" | "area" | "company" | "agency" | "inspector" | "public";
  role: string;
  role_name: Said;
  login: string | null;
  name: string | null;
  over: Over | null;
  /** False where one signs in through the provider alone, or plays a part. */
  has_password: boolean;
  must_change: boolean;
  expires_at: string | null;
  grants: Grant[];
  /** Null where there is no demonstration. */
  demo: Part[] | null;
  /** What the provider is called through which one may sign in; null where there is none. */
  sign_on: Said | null;
}

export type Bounds = [west: number, south: number, east: number, north: number];
type Star = number | null;
/** A date as YYYY-MM-DD. */
type Day = string;

export interface Feature<P> {
  type: "Feature";
  id: number;
  geometry: { type: string; coordinates: unknown } | null;
  bbox?: Bounds;
  properties: P;
}

export interface FeaturePage<P> {
  features: Feature<P>[];
  numberReturned: number;
  numberMatched?: number;
  links: { rel: string; href: string }[];
}

export interface Collection {
  id: string;
  /** Whose data these are, where that must be said. */
  attribution?: string;
  /** Missing where there is nothing. */
  extent?: { spatial: { bbox: [Bounds] } };
}

export interface District {
  code: string;
  name: string;
  name_en: string | null;
  city_code: string;
  city_name: string;
  city_name_en: string | null;
  synthetic: boolean;
}

export interface Street {
  code: string;
  name: string;
  district_code: string;
  district_name: string;
}

export interface Compound {
  code: string;
  name: string;
  district_code: string | null;
  district_name: string | null;
  street_name: string | null;
  company_name: string | null;
  households: number | null;
  year_built: number | null;
  effective_star: Star;
  rung?: number | null;
  /** The public is told of no standing. */
  key_target?: boolean | null;
  exit_case?: boolean | null;
  rated_star: Star;
  rated_on: Day | null;
  label_lon: number;
  label_lat: number;
}

export interface Counts {
  by: string;
  total: number;
  counts: { value: number | string | null; name?: string; count: number }[];
}

interface Named {
  id: number;
  name: string;
}

export interface Service {
  company: Named;
  kind: string;
  from: Day;
  to: Day | null;
  filed: boolean;
  filed_on: Day | null;
  current: boolean;
}

export interface Rating {
  round: { code: string; name: string };
  published_on: Day;
  star: number;
  current: boolean;
  total_score: number | null;
  scores: Partial<Record<Dimension, number>>;
}

export interface Violation {
  id: number;
  type: { code: string; name: string; name_en: string | null; row: string; family: string };
  offender_kind: string;
  company: Named | null;
  occurred_on: Day | null;
  found_on: Day;
  confirmed_on: Day | null;
  closed_on: Day | null;
  revoked_on: Day | null;
  severity: string;
}

export interface Order {
  id: number;
  violation_id: number | null;
  issued_on: Day;
  due_on: Day;
  done_on: Day | null;
  state: "open" | "overdue" | "kept" | "late" | "withdrawn";
}

export interface SelfGovernment {
  kind: string;
  from: Day;
  to: Day | null;
  term_ends: Day | null;
  members_count: number | null;
  pilot: boolean;
  current: boolean;
  in_term: boolean;
}

export interface Disclosure {
  kind: string;
  /** Null where nobody has looked. */
  disclosed: boolean | null;
  since: Day | null;
}

export interface Agency {
  agency: { id: number; kind: string; name: string; level: string };
  roles: string[];
  hotline: string | null;
  families: string[];
  legal_basis: string | null;
  area: { kind: string; name: string };
}

interface Unit {
  code: string;
  name: string;
  name_en?: string | null;
  share?: number;
}

export interface Dossier {
  id: number;
  code: string;
  name: string;
  name_generated: boolean;
  address: string | null;
  synthetic: boolean;
  approximate: boolean;
  as_of: Day;
  source: string;
  place: {
    city: Unit;
    district: Unit | null;
    street: Unit | null;
    community: Unit | null;
    label_point: [lon: number, lat: number];
    bbox: Bounds;
    area_m2: number;
  };
  building: {
    households: number | null;
    floor_area_m2: number | null;
    year_built: number | null;
  };
  rated_star: Star;
  effective_star: Star;
  rating_round: { code: string; name: string; published_on: Day } | null;
  /** Who serves it now. */
  company: Named | null;
  published_cases: { published_on: Day; title: string; text: string }[];
  service: Service[];
  ratings: Rating[];
  violations: { total: number; open: number; items: Violation[] };
  orders: Order[];
  self_government: SelfGovernment[];
  disclosures: Disclosure[];
  agencies: Agency[];
}

/** How the policy reads the list where it is open to two readings. */
export interface Reading {
  value: unknown;
  row: string | null;
  question: Said;
  meaning: Said | null;
}

/** By setting how the city reads it. */
export type Readings = Readonly<Record<string, Reading>>;

/** Why something is so, with the row of the list and the facts it rests on. */
export interface Reason extends Said {
  code: string;
  row: string;
  /** The sentence without the facts. */
  brief: Said;
  facts: (Said & { kind: string; id: number; on: Day })[];
  /** Further facts, which lie outside the reader's area; the sentence says so. */
  outside: number;
  setting: string | null;
  reading: Reading | null;
  /** Every setting it rests on; first the one that chose here. */
  settings: string[];
  detail: string | null;
}

/** A consequence and how far it has come: due, decided, done or withdrawn. */
export interface Measure {
  kind: string;
  state: "due" | "decided" | "done" | "withdrawn";
  since: Day;
  binds: boolean;
  violation_id: number | null;
}

export interface Gap extends Said {
  code: string;
  row: string;
  /** What shows it; nothing where just nothing was recorded. */
  facts: Reason["facts"];
}

/** Of which span a status is, and how long it holds. */
interface Held {
  as_of: Day;
  valid: { from: Day; to: Day | null };
  holds_until: Day | null;
  /** True for a day to come, before which nothing changes of itself. */
  assumed: boolean;
  /** Of each setting that the reasons name. */
  readings: Readings;
  policy: { city: string; version: string };
}

/** What follows for a company, over all its compounds. */
export interface CompanyPart {
  rung: number;
  rung_since: Day | null;
  counting: number[];
  credit_points: number;
  measures: Measure[];
  restricted: boolean;
  blacklisted: boolean;
  joint_punishment: boolean;
  exits_open: number[];
  reasons: Reason[];
}

export interface Status extends Held {
  compound: Named;
  company: (Named & Partial<CompanyPart>) | null;
  rung: number;
  rung_since: Day | null;
  counting: number[];
  rated_star: Star;
  effective_star: Star;
  key_target: boolean;
  exit_case: boolean;
  exit_ground: string | null;
  exit_since: Day | null;
  exit_decided: boolean;
  measures: Measure[];
  credit_points: number;
  orders_open: number[];
  orders_overdue: number[];
  referrals_due: number[];
  referrals_overdue: number[];
  disclosures: Record<string, boolean | null>;
  hazards_open: number[];
  hazards_overdue: number[];
  complaints_open: number[];
  self_government: string;
  term_ends_on: Day | null;
  next_inspection: (Said & { on: Day; duty: string; row: string | null; tier: number | null }) | null;
  gaps: Gap[];
  reasons: Reason[];
}

export interface CompanyStatus extends Held, CompanyPart {
  company: Named & { code: string; synthetic: boolean };
  own_star: number | null;
  own_star_reading: Reading | null;
  projects_by_star: { star: Star; count: number }[];
  projects: (Named & {
    households: number | null;
    effective_star: Star;
    rung: number;
    key_target: boolean;
    exit_case: boolean;
  })[];
}

/** Whether a company may take a compound, with the grounds. */
export interface Entry {
  verdict: "yes" | "caution" | "no";
  grounds: Reason[];
  readings: Readings;
  rule: Reading | null;
}

/** Who recorded a fact: without a name where a command did, or where the person was erased. */
export interface Recorder {
  at: string;
  by: string | null;
  erased: boolean;
  role: Said | null;
  office: string | null;
  imported: boolean;
}

export interface Timeline {
  more: boolean;
  events: {
    on: Day;
    kind: string;
    event: string;
    id: number | null;
    row: string;
    what: Said;
    /** Told to officers and auditors only. */
    recorded?: Recorder | null;
    changed?: Recorder | null;
  }[];
}
