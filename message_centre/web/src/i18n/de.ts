import campaigns from './de/campaigns.json';
import core from './de/core.json';
import dashboard from './de/dashboard.json';
import files from './de/files.json';
import templates from './de/templates.json';
import type { Dictionary } from '../app/core/i18n/texts';

const dictionary: Dictionary = { campaigns, core, dashboard, files, templates };
export default dictionary;
