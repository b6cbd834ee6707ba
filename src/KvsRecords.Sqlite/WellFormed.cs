namespace KvsRecords.Sqlite;

/// <summary>Which text can be kept as it is: whole characters, and no NUL, at which the database's own tools end a text.</summary>
internal static class WellFormed
{
    public static bool Is(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return false;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
