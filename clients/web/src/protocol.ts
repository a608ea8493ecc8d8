// Written by generate_types.py from server/protocol. Change it there, then run `npm run types`.

export const SUBPROTOCOL = "casuskring.v1";

export type Domain = "gp" | "ggz" | "social";

export type SeatFunction = "chair" | "note_taker" | "member";

export type OutcomeKind = "advice" | "to_gp" | "to_basic_ggz" | "to_specialised_ggz" | "to_addiction_care" | "to_social_domain" | "exploratory_conversation" | "to_long_term_care" | "combination" | "bridging_support" | "second_discussion" | "no_fitting_offer" | "out_of_scope";

export type BottleneckCode = "K1" | "K2" | "K3" | "K4" | "K5" | "K6" | "K7" | "K8" | "K9" | "K10" | "K11" | "K12" | "K99";

export type BottleneckAnswer = "no" | "new" | "existing";

export type OverruleReason = "ordinary_word" | "not_a_person" | "general_place" | "offer_name";

export type IdentifierKind = "UNKNOWN" | "PERSON" | "DATE_TIME" | "LOCATION" | "STREET_ADDRESS" | "NL_POSTCODE" | "ORGANIZATION" | "CARE_ORGANIZATION" | "NL_BSN" | "PHONE_NUMBER" | "EMAIL_ADDRESS" | "URL" | "IBAN_CODE" | "NL_LICENSE_PLATE" | "ID" | "SOCIAL_HANDLE" | "AGE" | "PROFESSION" | "NATIONALITY";

export type Trigger = "asks_for_help" | "care_no_longer_fits";

export type RequestType = "consultation" | "in_outflow" | "transfer";

export type CaseState = "submitted" | "released" | "discussed" | "withheld" | "withdrawn" | "erased";

export type BasisKind = "consent" | "other";

export type ConsentHow = "oral" | "written" | "electronic";

export type ConsentScope = "pseudonymised_discussion" | "discussion_and_follow_up";

export type OtherGround = "co_treatment" | "public_task" | "legal_obligation" | "conflict_of_duties";

export type Speakers = "all" | "submitter" | "others" | "chair";

export type Stage = "planned" | "open" | "discussing" | "sealed";

export type AgendaState = "waiting" | "open" | "done" | "postponed" | "removed";

export interface Join {
  readonly type: "join";
  readonly epoch?: string | null;
  readonly seq?: number | null;
}

export interface Ack {
  readonly type: "ack";
  readonly seq: number;
}

export interface OpenSession {
  readonly type: "open_session";
  readonly key: string;
}

export interface OpenCase {
  readonly type: "open_case";
  readonly key: string;
  readonly case: string;
}

export interface PostponeCase {
  readonly type: "postpone_case";
  readonly key: string;
  readonly case: string;
}

export interface NextPhase {
  readonly type: "next_phase";
  readonly key: string;
  readonly case?: string | null;
}

export interface Contribute {
  readonly type: "contribute";
  readonly key: string;
  readonly text: string;
  readonly case?: string | null;
}

export interface SendHeld {
  readonly type: "send_held";
  readonly key: string;
  readonly hold: string;
  readonly case?: string | null;
}

export interface Overrule {
  readonly type: "overrule";
  readonly key: string;
  readonly hold: string;
  readonly reason: OverruleReason;
  readonly case?: string | null;
}

export interface DropHeld {
  readonly type: "drop_held";
  readonly key: string;
  readonly hold: string;
}

export interface Recuse {
  readonly type: "recuse";
  readonly key: string;
  readonly case?: string | null;
}

export interface RecordOutcome {
  readonly type: "record_outcome";
  readonly key: string;
  readonly outcome: OutcomeKind;
  readonly text: string;
  readonly owner: Domain;
  readonly due?: string | null;
  readonly dissent?: string;
  readonly case?: string | null;
}

export interface AnswerBottleneck {
  readonly type: "answer_bottleneck";
  readonly key: string;
  readonly answer: BottleneckAnswer;
  readonly code?: BottleneckCode | null;
  readonly title?: string;
  readonly bottleneck?: string | null;
  readonly case?: string | null;
}

export interface CloseCase {
  readonly type: "close_case";
  readonly key: string;
  readonly case?: string | null;
}

export interface TakeChair {
  readonly type: "take_chair";
  readonly key: string;
}

export interface GiveChair {
  readonly type: "give_chair";
  readonly key: string;
  readonly seat: string;
}

export interface SealSession {
  readonly type: "seal_session";
  readonly key: string;
}

export interface ReportVisible {
  readonly type: "report_visible";
  readonly key: string;
  readonly seq: number;
  readonly label: IdentifierKind;
}

export interface ReportCase {
  readonly type: "report_case";
  readonly key: string;
  readonly case: string;
  readonly field: string;
  readonly label: IdentifierKind;
  readonly words?: string;
}

export interface MarkPresent {
  readonly type: "mark_present";
  readonly key: string;
  readonly seat: string;
  readonly deputy?: string | null;
}

export interface MarkAbsent {
  readonly type: "mark_absent";
  readonly key: string;
  readonly seat: string;
}

export interface RecuseMarked {
  readonly type: "recuse_marked";
  readonly key: string;
  readonly seat: string;
  readonly case?: string | null;
}

export interface WriteMinutes {
  readonly type: "write_minutes";
  readonly key: string;
  readonly text: string;
  readonly base: number;
  readonly case?: string | null;
}

export interface MemberArrived {
  readonly type: "member_arrived";
  readonly seat: string;
  readonly member: string;
  readonly name: string;
  readonly deputy: boolean;
}

export interface MemberLeft {
  readonly type: "member_left";
  readonly seat: string;
}

export interface ChairChanged {
  readonly type: "chair_changed";
  readonly seat: string;
}

export interface SessionOpened {
  readonly type: "session_opened";
  readonly seats: readonly string[];
  readonly marked: readonly string[];
}

export interface CaseAdded {
  readonly type: "case_added";
  readonly case: string;
  readonly question: string;
  readonly submitter: string | null;
}

export interface CaseOpened {
  readonly type: "case_opened";
  readonly case: string;
  readonly seats: readonly string[];
  readonly recused: readonly string[];
  readonly marked: readonly string[];
}

export interface PhaseStarted {
  readonly type: "phase_started";
  readonly index: number;
  readonly ends_at: string;
}

export interface Contributed {
  readonly type: "contributed";
  readonly seat: string;
  readonly text: string;
  readonly protected: boolean;
  readonly overruled: OverruleReason | null;
  readonly blanked: boolean;
}

export interface Blanked {
  readonly type: "blanked";
  readonly message: number;
  readonly seat: string;
}

export interface Recused {
  readonly type: "recused";
  readonly seat: string;
  readonly member: string;
  readonly by: string;
}

export interface OutcomeRecorded {
  readonly type: "outcome_recorded";
  readonly outcome: OutcomeKind;
  readonly text: string;
  readonly owner: Domain;
  readonly due: string | null;
  readonly dissent: string;
  readonly by: string;
  readonly seats: readonly string[];
  readonly marked: readonly string[];
}

export interface BottleneckAnswered {
  readonly type: "bottleneck_answered";
  readonly answer: BottleneckAnswer;
  readonly code: BottleneckCode | null;
  readonly title: string;
  readonly bottleneck: string | null;
}

export interface CaseClosed {
  readonly type: "case_closed";
  readonly case: string;
}

export interface CasePostponed {
  readonly type: "case_postponed";
  readonly case: string;
}

export interface CaseRemoved {
  readonly type: "case_removed";
  readonly case: string;
}

export interface SessionSealed {
  readonly type: "session_sealed";
  readonly digest: string;
}

export interface MemberMarked {
  readonly type: "member_marked";
  readonly seat: string;
  readonly member: string;
  readonly name: string;
  readonly deputy: boolean;
  readonly by: string;
}

export interface MarkEnded {
  readonly type: "mark_ended";
  readonly seat: string;
  readonly by: string;
}

export interface MinutesWritten {
  readonly type: "minutes_written";
  readonly text: string;
  readonly by: string;
  readonly blanked: boolean;
}

export interface Hidden {
  readonly type: "hidden";
}

export interface Event {
  readonly seq: number;
  readonly at: string;
  readonly body: AnyBody;
}

export interface Deputy {
  readonly member: string;
  readonly name: string;
}

export interface Marked {
  readonly seat: string;
  readonly member: string;
  readonly name: string;
  readonly deputy: boolean;
  readonly by: string;
}

export interface SeatView {
  readonly seat: string;
  readonly domain: Domain;
  readonly function: SeatFunction;
  readonly name: string;
  readonly organisation: string;
  readonly deputies: readonly Deputy[];
}

export interface Present {
  readonly seat: string;
  readonly member: string;
  readonly name: string;
  readonly deputy: boolean;
}

export interface AgendaView {
  readonly case: string;
  readonly question: string;
  readonly submitter: string | null;
  readonly state: string;
}

export interface ContributionView {
  readonly seq: number;
  readonly at: string;
  readonly seat: string;
  readonly text: string;
  readonly protected: boolean;
  readonly blanked: boolean;
}

export interface MinutesView {
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly text: string;
  readonly blanked: boolean;
}

export interface Discussion {
  readonly case: string;
  readonly submitter: string | null;
  readonly phase: number;
  readonly ends_at: string | null;
  readonly contributions: readonly ContributionView[];
  readonly outcome: OutcomeRecorded | null;
  readonly bottleneck: BottleneckAnswered | null;
  readonly recused: readonly string[];
  readonly hidden: boolean;
  readonly minutes: MinutesView | null;
}

export interface SessionView {
  readonly session: string;
  readonly epoch: string;
  readonly seq: number;
  readonly stage: string;
  readonly preset: string;
  readonly me: string | null;
  readonly seats: readonly SeatView[];
  readonly present: readonly Present[];
  readonly agenda: readonly AgendaView[];
  readonly discussion: Discussion | null;
  readonly digest: string;
  readonly chair: string;
  readonly marked: readonly Marked[];
}

export interface Welcome {
  readonly type: "welcome";
  readonly mode: string;
  readonly epoch: string;
  readonly seq: number;
  readonly heartbeat_seconds: number;
  readonly snapshot: SessionView | null;
  readonly events: readonly Event[];
}

export interface Events {
  readonly type: "events";
  readonly events: readonly Event[];
}

export interface Answer {
  readonly type: "answer";
  readonly key: string;
  readonly seq: number;
}

export interface HeldSpan {
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly hard: boolean;
}

export interface Refused {
  readonly type: "refused";
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly spans: readonly HeldSpan[];
}

export interface Held {
  readonly type: "held";
  readonly key: string;
  readonly hold: string;
  readonly spans: readonly HeldSpan[];
  readonly proposal: string;
  readonly may_overrule: boolean;
}

export interface Heartbeat {
  readonly type: "heartbeat";
  readonly head: number;
}

export interface CaseAnswer {
  readonly id: string;
  readonly circle: string;
  readonly circle_name: string;
  readonly state: CaseState;
  readonly domain: Domain;
  readonly submitted_at: string;
  readonly form: CaseForm;
  readonly rejected: readonly RejectedMark[];
  readonly mine: boolean;
  readonly may_release: boolean;
  readonly may_withdraw: boolean;
}

export interface CaseForm {
  readonly text: string;
  readonly trigger: Trigger;
  readonly question: string;
  readonly why_now: string;
  readonly what_is_new: string;
  readonly basis: BasisForm;
  readonly acute: boolean;
  readonly request: RequestType | null;
  readonly age_band: string;
  readonly household: string;
  readonly tried: string;
  readonly waiting: string;
  readonly wishes: string;
  readonly strengths: string;
  readonly asked_gp: string;
  readonly asked_ggz: string;
  readonly asked_social: string;
}

export interface BasisForm {
  readonly kind: BasisKind;
  readonly on: string;
  readonly informed: boolean;
  readonly how: ConsentHow | null;
  readonly scope: ConsentScope | null;
  readonly reason: OtherGround | null;
}

export interface RejectedMark {
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly reason: OverruleReason | null;
}

export interface BottleneckAnswerView {
  readonly id: string;
  readonly code: BottleneckCode;
  readonly title: string;
  readonly level: number;
  readonly opened_at: string;
  readonly cases: number | null;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly places: readonly Place[];
}

export interface Place {
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly hard: boolean;
}

export type AnyCommand =
  | OpenSession
  | OpenCase
  | PostponeCase
  | NextPhase
  | Contribute
  | SendHeld
  | Overrule
  | DropHeld
  | Recuse
  | RecordOutcome
  | AnswerBottleneck
  | CloseCase
  | TakeChair
  | GiveChair
  | SealSession
  | ReportVisible
  | ReportCase
  | MarkPresent
  | MarkAbsent
  | RecuseMarked
  | WriteMinutes;

export type FromClient =
  | Join
  | Ack
  | OpenSession
  | OpenCase
  | PostponeCase
  | NextPhase
  | Contribute
  | SendHeld
  | Overrule
  | DropHeld
  | Recuse
  | RecordOutcome
  | AnswerBottleneck
  | CloseCase
  | TakeChair
  | GiveChair
  | SealSession
  | ReportVisible
  | ReportCase
  | MarkPresent
  | MarkAbsent
  | RecuseMarked
  | WriteMinutes;

export type AnyBody =
  | MemberArrived
  | MemberLeft
  | ChairChanged
  | SessionOpened
  | CaseAdded
  | CaseOpened
  | PhaseStarted
  | Contributed
  | Blanked
  | Recused
  | OutcomeRecorded
  | BottleneckAnswered
  | CaseClosed
  | CasePostponed
  | CaseRemoved
  | SessionSealed
  | Hidden
  | MemberMarked
  | MarkEnded
  | MinutesWritten;

export type ToClient =
  | Welcome
  | Events
  | Answer
  | Refused
  | Held
  | Heartbeat;

export const DOMAIN_NL: Readonly<Record<Domain, string>> = {
  "gp": "huisarts",
  "ggz": "GGZ",
  "social": "sociaal domein"
};

export const FUNCTION_NL: Readonly<Record<SeatFunction, string>> = {
  "chair": "voorzitter",
  "note_taker": "notulist",
  "member": "deelnemer"
};

export const OUTCOME_NL: Readonly<Record<OutcomeKind, string>> = {
  "advice": "advies aan de inbrenger",
  "to_gp": "overdracht aan de huisarts",
  "to_basic_ggz": "overdracht aan de basis-GGZ",
  "to_specialised_ggz": "overdracht aan de gespecialiseerde GGZ",
  "to_addiction_care": "overdracht aan de verslavingszorg",
  "to_social_domain": "overdracht aan het sociaal domein",
  "exploratory_conversation": "verkennend gesprek",
  "to_long_term_care": "overdracht aan de langdurige zorg",
  "combination": "combinatie",
  "bridging_support": "overbruggende ondersteuning",
  "second_discussion": "tweede bespreking",
  "no_fitting_offer": "geen passend aanbod",
  "out_of_scope": "hoort niet aan deze tafel of is crisis"
};

export const BOTTLENECK_NL: Readonly<Record<BottleneckCode, string>> = {
  "K1": "uitsluitcriteria",
  "K2": "geen aanbod in de regio",
  "K3": "wachttijd boven de Treeknorm",
  "K4": "domeinen wachten op elkaar",
  "K5": "wonen",
  "K6": "bekostiging of indicatie",
  "K7": "regiobinding",
  "K8": "overgang 18-/18+",
  "K9": "verzekering, verblijfsstatus of taal",
  "K10": "delen van informatie of toestemming",
  "K11": "verwijsroute of administratie",
  "K12": "crisis- en outreachcapaciteit",
  "K99": "anders"
};

export const OVERRULE_NL: Readonly<Record<OverruleReason, string>> = {
  "ordinary_word": "gewoon woord, geen naam",
  "not_a_person": "geen persoon uit de casus",
  "general_place": "algemene plaats",
  "offer_name": "naam van een aanbod"
};

export const IDENTIFIER_NL: Readonly<Record<IdentifierKind, string>> = {
  "UNKNOWN": "weet ik niet, of iets anders",
  "PERSON": "naam van een persoon",
  "DATE_TIME": "datum",
  "LOCATION": "plaats",
  "STREET_ADDRESS": "adres",
  "NL_POSTCODE": "postcode",
  "ORGANIZATION": "organisatie",
  "CARE_ORGANIZATION": "zorgorganisatie",
  "NL_BSN": "burgerservicenummer",
  "PHONE_NUMBER": "telefoonnummer",
  "EMAIL_ADDRESS": "e-mailadres",
  "URL": "webadres",
  "IBAN_CODE": "rekeningnummer",
  "NL_LICENSE_PLATE": "kenteken",
  "ID": "nummer van een dossier, polis of pas",
  "SOCIAL_HANDLE": "account op sociale media",
  "AGE": "leeftijd",
  "PROFESSION": "beroep",
  "NATIONALITY": "nationaliteit"
};

export const TRIGGER_NL: Readonly<Record<Trigger, string>> = {
  "asks_for_help": "een partner vraagt om hulp",
  "care_no_longer_fits": "de zorg of ondersteuning van een partner past niet meer"
};

export const SPEAKERS_NL: Readonly<Record<Speakers, string>> = {
  "all": "iedereen",
  "submitter": "de inbrenger",
  "others": "iedereen behalve de inbrenger",
  "chair": "de voorzitter"
};

export const STAGE_NL: Readonly<Record<Stage, string>> = {
  "planned": "nog niet begonnen",
  "open": "geopend",
  "discussing": "casus op tafel",
  "sealed": "gesloten en verzegeld"
};

export const CLOSE = {
  "SIGNED_OUT": 4401,
  "NO_AGREEMENT": 4403,
  "NOT_FOUND": 4404,
  "PROTOCOL": 4400,
  "TOO_LARGE": 1009,
  "SLOW": 4408,
  "SEAT_TAKEN": 4409,
  "TOO_MANY": 4429,
  "ERROR": 4500,
  "GOING_AWAY": 1012
} as const;

export const CLOSE_NL: Readonly<Record<number, string>> = {
  "4401": "Uw aanmelding is verlopen. Meld u opnieuw aan.",
  "4403": "De afspraak van uw organisatie over gegevensverwerking geldt niet (meer). Vraag de regiocoördinator.",
  "4404": "Deze sessie is niet gevonden.",
  "4400": "Het bericht had niet de afgesproken vorm.",
  "1009": "Het bericht was te groot.",
  "4409": "Op uw plaats zit al iemand anders. Vraag die persoon eerst te vertrekken.",
  "4408": "De verbinding was te traag. U wordt opnieuw verbonden.",
  "4429": "Te veel berichten achter elkaar. Wacht even.",
  "4500": "Er ging iets mis bij de dienst. U wordt opnieuw verbonden.",
  "1012": "De dienst start opnieuw. U wordt opnieuw verbonden."
};

export const LIMITS = {
  "OpenCase.case": 64,
  "PostponeCase.case": 64,
  "Contribute.text": 4000,
  "RecordOutcome.text": 8000,
  "RecordOutcome.dissent": 4000,
  "AnswerBottleneck.title": 200,
  "GiveChair.seat": 64,
  "ReportCase.case": 64,
  "ReportCase.field": 30,
  "ReportCase.words": 280,
  "MarkPresent.seat": 64,
  "MarkAbsent.seat": 64,
  "RecuseMarked.seat": 64,
  "WriteMinutes.text": 8000
} as const;

export interface Phase {
  readonly code: string;
  readonly title: string;
  readonly minutes: number;
  readonly speakers: Speakers;
  readonly outcome: boolean;
  readonly bottleneck: boolean;
}

export const PHASES: Readonly<Record<string, readonly Phase[]>> = {
  "overlegtafel": [
    {
      "code": "presentation",
      "title": "Inbreng",
      "minutes": 2,
      "speakers": "submitter",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "questions",
      "title": "Vragen",
      "minutes": 2,
      "speakers": "all",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "round",
      "title": "Ronde per domein",
      "minutes": 3,
      "speakers": "all",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "decision",
      "title": "Besluit",
      "minutes": 2,
      "speakers": "all",
      "outcome": true,
      "bottleneck": false
    },
    {
      "code": "bottleneck",
      "title": "Knelpunt?",
      "minutes": 1,
      "speakers": "all",
      "outcome": true,
      "bottleneck": true
    }
  ],
  "incident": [
    {
      "code": "look_back",
      "title": "Terugblik",
      "minutes": 5,
      "speakers": "all",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "presentation",
      "title": "Inbreng",
      "minutes": 10,
      "speakers": "submitter",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "question",
      "title": "Keuze van de vraag",
      "minutes": 5,
      "speakers": "all",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "informative",
      "title": "Informatieve vragen",
      "minutes": 15,
      "speakers": "all",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "analysis",
      "title": "Analyse (inbrenger luistert)",
      "minutes": 10,
      "speakers": "others",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "advice",
      "title": "Advies (inbrenger antwoordt niet)",
      "minutes": 10,
      "speakers": "others",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "agreements",
      "title": "Evaluatie en afspraken, knelpunt?",
      "minutes": 5,
      "speakers": "all",
      "outcome": true,
      "bottleneck": true
    }
  ],
  "echo": [
    {
      "code": "introductions",
      "title": "Kennismaking",
      "minutes": 5,
      "speakers": "all",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "lecture",
      "title": "Korte les",
      "minutes": 20,
      "speakers": "chair",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "presentation",
      "title": "Inbreng",
      "minutes": 10,
      "speakers": "submitter",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "questions",
      "title": "Vragen",
      "minutes": 10,
      "speakers": "all",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "recommendations",
      "title": "Aanbevelingen",
      "minutes": 10,
      "speakers": "all",
      "outcome": false,
      "bottleneck": false
    },
    {
      "code": "agreements",
      "title": "Afspraken, knelpunt?",
      "minutes": 5,
      "speakers": "all",
      "outcome": true,
      "bottleneck": true
    }
  ]
};
