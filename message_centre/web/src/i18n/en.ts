import campaigns from './en/campaigns.json';
import core from './en/core.json';
import dashboard from './en/dashboard.json';

export default { campaigns, core, dashboard };
