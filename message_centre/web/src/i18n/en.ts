import activity from './en/activity.json';
import apiKeys from './en/api-keys.json';
import campaign from './en/campaign.json';
import campaigns from './en/campaigns.json';
import core from './en/core.json';
import dashboard from './en/dashboard.json';
import design from './en/design.json';
import files from './en/files.json';
import plan from './en/plan.json';
import senders from './en/senders.json';
import settings from './en/settings.json';
import suppressions from './en/suppressions.json';
import templates from './en/templates.json';
import webhooks from './en/webhooks.json';

export default {
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
