trigger Arrivals on Patient__c (after update) {
    for (Id key : Trigger.newMap.keySet()) {
        Patient__c before = Trigger.oldMap.get(key);
        System.debug(before.Diagnosis__c);
    }
    for (Patient__c person : Trigger.newMap.values()) {
        System.debug(person.MRN__c);
    }
}
