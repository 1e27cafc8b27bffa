{{ typed_rows(
    'salesforce', 'opportunities',
    {
        'native_id': ['Id', 'text', 'required'],
        'account_record_key': ['AccountId', 'key', 'salesforce:accounts'],
        'name': ['Name', 'text'],
        'stage': ['StageName', 'text'],
        'currency': ['CurrencyIsoCode', 'lower'],
        'amount_minor': ['Amount', 'amount', 'currency'],
        'probability': ['Probability', 'number'],
        'close_on': ['CloseDate', 'date'],
        'type': ['Type', 'text'],
        'is_closed': ['IsClosed', 'flag'],
        'is_won': ['IsWon', 'flag'],
        'forecast_category': ['ForecastCategory', 'text'],
        'owner_record_key': ['OwnerId', 'key', 'salesforce:users'],
        'created_at': ['CreatedDate', 'timestamp'],
        'modified_at': ['LastModifiedDate|SystemModstamp', 'timestamp'],
        'is_deleted': ['IsDeleted', 'flag'],
    }
) }}
