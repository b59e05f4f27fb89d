import { LightningElement, wire, api } from "lwc";
import { NavigationMixin } from "lightning/navigation";
export default class Visit extends LightningElement {
  open(row) {
    this[NavigationMixin.Navigate]({ type: "standard__webPage", attributes: { url: "/x?d=" + row.Diagnosis__c } });
    this[NavigationMixin.Navigate]({ type: "standard__recordPage", attributes: { recordId: row.Id } });
    window.open(`/apex/V?ssn=${row.SSN__c}`);
    window.open("/apex/V?id=" + row.Id);
  }
}
