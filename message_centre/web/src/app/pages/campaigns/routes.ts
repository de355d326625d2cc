import { Routes } from '@angular/router';

export default [{ path: '', title: 'campaigns.title', loadComponent: () => import('./campaigns') }] satisfies Routes;
