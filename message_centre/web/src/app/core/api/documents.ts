/** The documents of both APIs under the names that the pages use. */
import type { components as centre } from './centre.generated';
import type { components } from './platform.generated';

type Schemas = components['schemas'];
type Centre = centre['schemas'];

export type Account = Schemas['AccountDocument'];
export type Campaign = Schemas['CampaignDocument'];
export type CampaignState = Schemas['CampaignState'];
export type CampaignMessage = Schemas['CampaignMessageDocument'];
export type MessageStatus = Schemas['MessageStatus'];
export type Message = Schemas['CampaignMessageHistory'];
export type ReceivedMessage = Schemas['ReceivedMessage'];
export type MessageEvent = Schemas['EventDocument'];
export type Preflight = Schemas['PreflightDocument'];
export type PlannedWaves = Schemas['PlannedWavesDocument'];
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

export type Role = Centre['Role'];
export type ThemeChoice = 'light' | 'dark' | 'system';
export type PersonRef = Centre['PersonRefDocument'];
export type Person = Omit<Centre['PersonDocument'], 'theme'> & { theme: ThemeChoice | null };
/** What a person did in the Message Centre. */
export type Activity = Centre['ActivityDocument'];
export type PlanStatus = Centre['PlanStatus'];
export type Approval = Centre['ApprovalDocument'];
export type Remark = Centre['CommentDocument'];
export type CentreSettings = Centre['CentreSettingsDocument'];

/** A campaign in the making; everything in it may be missing until it is checked. */
export type Plan = Omit<Centre['PlanDocument'], 'preflight'> & { preflight: Preflight | null };

export interface CampaignWithNumbers {
  campaign: Campaign;
  statistics: CampaignStatistics | null;
}

/** The platform's documents in it are the platform's own; the wrapper's description only says that they are objects. */
export interface Dashboard {
  account: Account | null;
  overview: Overview | null;
  running: CampaignWithNumbers[];
  scheduled: Campaign[];
  recent: CampaignWithNumbers[];
  senders: Sender[] | null;
  awaiting_approval: Plan[];
  editing: Plan[];
  problems: Centre['PartProblem'][];
}
