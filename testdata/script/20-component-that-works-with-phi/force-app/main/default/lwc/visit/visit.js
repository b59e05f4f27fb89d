import { LightningElement, wire, api } from "lwc";
import { getRecord, getFieldValue } from "lightning/uiRecordApi";
import SSN from "@salesforce/schema/Patient__c.SSN__c";
import NICK from "@salesforce/schema/Patient__c.Locker__c";
export default class Visit extends LightningElement {
  @wire(getRecord, { recordId: "$recordId", fields: [SSN] }) patient;
  keep(event) {
    sessionStorage.setItem("draft", event.detail.text);
    sessionStorage.setItem("theme", event.detail.theme);
  }
}
