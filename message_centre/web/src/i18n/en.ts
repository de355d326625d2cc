import campaigns from './en/campaigns.json';
import core from './en/core.json';
import dashboard from './en/dashboard.json';
import files from './en/files.json';
import templates from './en/templates.json';

export default { campaigns, core, dashboard, files, templates };
