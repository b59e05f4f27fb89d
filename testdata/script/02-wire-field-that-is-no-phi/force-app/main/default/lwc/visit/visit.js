import { LightningElement, wire, api } from "lwc";
import { getRecord, getFieldValue } from "lightning/uiRecordApi";
import SSN from "@salesforce/schema/Patient__c.SSN__c";
import NICK from "@salesforce/schema/Patient__c.Locker__c";
export default class Visit extends LightningElement {
  @wire(getRecord, { recordId: "$recordId", fields: [SSN, NICK] }) patient;
  keep() {
    sessionStorage.setItem("tab", getFieldValue(this.patient.data, NICK));
    sessionStorage.setItem("mode", "compact");
  }
}
