trigger Arrivals on Patient__c (after insert, after update) {
    System.debug(Trigger.newMap.keySet());
    System.debug(Trigger.size);
    System.debug(Trigger.new.size() + ' records, ' + Trigger.isInsert);
    for (Patient__c person : Trigger.new) {
        System.debug(person.Id);
    }
}
