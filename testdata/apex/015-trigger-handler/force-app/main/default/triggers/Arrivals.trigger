trigger Arrivals on Patient__c (after insert) {
    ArrivalHandler.afterInsert(Trigger.new);
}
