import {
  AtSign,
  Ban,
  FileText,
  Gauge,
  IconNode,
  KeyRound,
  Megaphone,
  ScrollText,
  Settings,
  Users,
  Webhook,
} from 'lucide';

import type { Role } from '../api/documents';
import type { TextKey } from '../i18n/texts';

export interface NavigationItem {
  path: string;
  text: TextKey;
  icon: IconNode;
  /** The least role that sees it. */
  role: Role;
  /** Whether it stands in the bar at the bottom of a phone; the others are behind "More". */
  phone?: boolean;
}

/** What the navigation shows, in two groups: daily work, then what is set up once. */
export const NAVIGATION: readonly (readonly NavigationItem[])[] = [
  [
    { path: '/', text: 'core.nav.overview', icon: Gauge, role: 'viewer', phone: true },
    { path: '/campaigns', text: 'core.nav.campaigns', icon: Megaphone, role: 'viewer', phone: true },
    { path: '/templates', text: 'core.nav.templates', icon: FileText, role: 'viewer', phone: true },
    { path: '/recipient-files', text: 'core.nav.recipientFiles', icon: Users, role: 'viewer', phone: true },
  ],
  [
    { path: '/suppressions', text: 'core.nav.suppressions', icon: Ban, role: 'viewer' },
    { path: '/senders', text: 'core.nav.senders', icon: AtSign, role: 'viewer' },
    { path: '/api-keys', text: 'core.nav.apiKeys', icon: KeyRound, role: 'admin' },
    { path: '/webhooks', text: 'core.nav.webhooks', icon: Webhook, role: 'admin' },
    { path: '/activity', text: 'core.nav.activity', icon: ScrollText, role: 'viewer' },
    { path: '/settings', text: 'core.nav.settings', icon: Settings, role: 'viewer' },
  ],
];
