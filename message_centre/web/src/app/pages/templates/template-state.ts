import type { TemplateVersion } from '@core/api/documents';
import type { Tone } from '@shared/chip';

export function templateTone(status: TemplateVersion['status']): Tone {
  switch (status) {
    case 'ready':
      return 'good';
    case 'invalid':
      return 'bad';
    case 'validating':
      return 'active';
    default:
      return 'waiting';
  }
}
