import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  keep(row) {
    const asked = indexedDB.open("clinic");
    asked.onsuccess = (event) => {
      const db = event.target.result;
      db.transaction("v").objectStore("v").put({ number: row.SSN__c });
    };
    caches.open("clinic").then((cache) => cache.put("/v", new Response(row.Diagnosis__c)));
  }
}
