/** The documents of both APIs under the names that the pages use. */
import type { components } from './platform.generated';

type Schemas = components['schemas'];

export type Account = Schemas['AccountDocument'];
export type Campaign = Schemas['CampaignDocument'];
export type CampaignState = Schemas['CampaignState'];
export type CampaignMessage = Schemas['CampaignMessageDocument'];
export type MessageStatus = Schemas['MessageStatus'];
export type Message = Schemas['CampaignMessageHistory'];
export type ReceivedMessage = Schemas['ReceivedMessage'];
export type MessageEvent = Schemas['EventDocument'];
export type Preflight = Schemas['PreflightDocument'];
export type Template = Schemas['TemplateDocument'];
export type TemplateVersion = Schemas['TemplateVersionDocument'];
export type RecipientFile = Schemas['RecipientFileDocument'];
export type Suppression = Schemas['SuppressionDocument'];
export type Sender = Schemas['SenderIdentityDocument'];
export type Overview = Schemas['OverviewDocument'];
export type Timeline = Schemas['TimelineDocument'];
export type Export = Schemas['ExportDocument'];
export type Totals = Required<Schemas['CampaignTotals']>;
export type CampaignStatistics = Omit<Schemas['CampaignStatistics'], 'totals'> & { totals: Totals };

/** A page of a list; `next` is the cursor of the following one, null at the end. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Role = 'viewer' | 'author' | 'sender' | 'admin';
export type ThemeChoice = 'light' | 'dark' | 'system';

export interface PersonRef {
  id: string;
  name: string;
}

export interface Person extends PersonRef {
  email: string;
  roles: Role[];
  time_zone: string | null;
  language?: string | null;
  theme?: ThemeChoice | null;
}

export type PlanStatus = 'editing' | 'checking' | 'awaiting_approval' | 'approved' | 'rejected' | 'sent' | 'scheduled';

export interface Approval {
  required: boolean;
  recipients: number | null;
  asked_by: PersonRef | null;
  asked_at: string | null;
  decided_by: PersonRef | null;
  decided_at: string | null;
  decision: 'approved' | 'rejected' | null;
  comment: string | null;
}

/** A campaign in the making; everything in it may be missing until it is checked. */
export interface Plan {
  plan_id: string;
  revision: number;
  name: string;
  status: PlanStatus;
  created_by: PersonRef;
  created_at: string;
  updated_by: PersonRef;
  updated_at: string;
  audience: { file_id: string | null };
  content: { template_id: string | null; version: number | null; html: string | null; text: string | null };
  settings: {
    from_address: string | null;
    from_name: string | null;
    reply_to: string | null;
    subject: string | null;
    preheader: string | null;
    topic: string | null;
    send_rate: number | null;
    canary: Schemas['CanaryDocument'] | null;
  };
  timing: { kind: 'now' | 'at' | 'local'; local_time: string | null; time_zone: string | null };
  campaign_id: string | null;
  preflight: Preflight | null;
  approval: Approval | null;
}

export interface Dashboard {
  account: Account | null;
  overview: Overview | null;
  running: { campaign: Campaign; statistics: CampaignStatistics | null }[];
  scheduled: Campaign[];
  recent: { campaign: Campaign; statistics: CampaignStatistics | null }[];
  senders: Sender[] | null;
  awaiting_approval: Plan[];
  editing: Plan[];
  problems: { part: string; type: string; title: string; detail: string }[];
}

/** What a person did in the Message Centre. */
export interface Activity {
  at: string;
  person: PersonRef;
  action: string;
  target: string;
  detail: Record<string, unknown> | null;
  request_id: string;
}
