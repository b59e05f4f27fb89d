({
  remember: function (cmp) {
    var patient = cmp.get("v.patient");
    $A.storageService.getStorage("visits").set("last", patient.SSN__c);
    console.log(JSON.stringify(patient));
  }
})
