import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule } from '@angular/material/dialog';
import { RouterLink } from '@angular/router';

import { Texts } from '@core/i18n/texts';
import { MessageHistory } from './message-history';

/** What happened to one recipient's mail. */
@Component({
  selector: 'mc-history',
  imports: [MatButton, MatDialogModule, MessageHistory, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ data.address }}</h2>
    <mat-dialog-content tabindex="0">
      <mc-message-history [messageId]="data.message_id" />
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <a matButton [routerLink]="['/recipients', data.address]" mat-dialog-close>{{
        texts.t('campaign.history.all')
      }}</a>
      <button matButton="filled" type="button" mat-dialog-close>{{ texts.t('core.close') }}</button>
    </mat-dialog-actions>
  `,
})
export class HistoryDialog {
  protected readonly texts = inject(Texts);
  protected readonly data = inject<{ message_id: string; address: string }>(MAT_DIALOG_DATA);
}
