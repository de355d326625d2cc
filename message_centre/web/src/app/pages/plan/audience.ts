import { Injectable, computed, effect, inject, untracked } from '@angular/core';

import { FileWatch } from '../recipient-files/file-watch';
import { PlanStore } from './plan-store';

/** The recipient file of the plan that the wizard shows, watched for all its steps. */
@Injectable()
export class Audience {
  private readonly store = inject(PlanStore);
  readonly watch = new FileWatch();
  readonly file = this.watch.file.asReadonly();
  readonly fileId = computed(() => this.store.plan()?.audience.file_id ?? null);
  readonly ready = computed(() => this.file()?.status === 'ready');
  /** How many recipients there are to show a mail for. */
  readonly recipients = computed(() => (this.ready() ? (this.file()?.account.accepted ?? 0) : 0));
  /** What templates call the columns. */
  readonly fields = computed(() => Object.values(this.file()?.columns ?? {}));

  constructor() {
    effect(() => {
      const fileId = this.fileId();
      untracked(() => {
        this.watch.watch(fileId);
      });
    });
  }
}
