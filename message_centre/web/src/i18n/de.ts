import activity from './de/activity.json';
import apiKeys from './de/api-keys.json';
import campaign from './de/campaign.json';
import campaigns from './de/campaigns.json';
import core from './de/core.json';
import dashboard from './de/dashboard.json';
import design from './de/design.json';
import files from './de/files.json';
import plan from './de/plan.json';
import senders from './de/senders.json';
import settings from './de/settings.json';
import suppressions from './de/suppressions.json';
import templates from './de/templates.json';
import webhooks from './de/webhooks.json';
import type { Dictionary } from '../app/core/i18n/texts';

const dictionary: Dictionary = {
  activity,
  apiKeys,
  campaign,
  campaigns,
  core,
  dashboard,
  design,
  files,
  plan,
  senders,
  settings,
  suppressions,
  templates,
  webhooks,
};
export default dictionary;
