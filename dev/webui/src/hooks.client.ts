import i18next from 'i18next';
import resources from '@temporalio/ui/i18n/locales/index';
import { i18nNamespaces } from '@temporalio/ui/i18n/index';

// Some of the package's modules translate while they are loaded, so the words must be there before any route is.
void i18next.init({
  lng: 'en',
  fallbackLng: 'en',
  ns: i18nNamespaces,
  resources,
  initImmediate: false,
  interpolation: { escapeValue: false },
});
