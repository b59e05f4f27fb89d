trigger Synced on Sync_Note__c (after insert) {
    System.debug(Trigger.new);
    System.debug(Trigger.new[0].Text__c);
}
