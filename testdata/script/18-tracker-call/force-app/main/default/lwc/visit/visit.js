import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  tell(row) {
    gtag("event", "visit", { reason: row.Diagnosis__c });
    dataLayer.push({ reason: row.Diagnosis__c });
    gtag("event", "opened");
    const mixpanel = { track: (x) => x };
    mixpanel.track(row.Diagnosis__c);
  }
}
