namespace KvsRecords.Server.Settings;

/// <summary>Everything that is wrong with how the program was started, collected so that it is reported at once.</summary>
internal sealed class Problems
{
    private readonly List<string> _messages = [];
    private readonly List<string> _warnings = [];
    private bool _commandLine;

    public bool Any => _messages.Count > 0;

    public IReadOnlyList<string> Messages => _messages;

    /// <summary>Lists what is odd and does not keep the program from starting.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>2 when the command line itself is wrong, else 1.</summary>
    public int ExitCode => _commandLine ? 2 : 1;

    public void Add(string message) => _messages.Add(message);

    public void Warn(string message) => _warnings.Add(message);

    /// <summary>Adds a mistake that was made in this place.</summary>
    public void Add(string message, SettingSource source)
    {
        _commandLine |= source == SettingSource.CommandLine;
        _messages.Add(message);
    }

    /// <exception cref="ProblemsException">There are problems.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw new ProblemsException(this);
    }
}

/// <summary>Ends a command whose settings cannot be meant.</summary>
internal sealed class ProblemsException(Problems problems) : Exception
{
    public Problems Problems => problems;
}
