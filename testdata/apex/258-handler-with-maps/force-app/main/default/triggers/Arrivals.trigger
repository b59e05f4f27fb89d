trigger Arrivals on Patient__c (after update) {
    ArrivalHandler.afterUpdate((Map<Id, Patient__c>) Trigger.newMap, (Map<Id, Patient__c>) Trigger.oldMap);
}
