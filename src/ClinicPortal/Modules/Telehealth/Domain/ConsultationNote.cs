using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

public enum NoteState
{
    /// <summary>一時保存.</summary>
    Draft,

    /// <summary>Nothing in it changes any more, and the database holds that too.</summary>
    Signed,
}

/// <summary>診療録 of one consultation.</summary>
public sealed class ConsultationNote : ISealedRow
{
    private ConsultationNote()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    public NoteState State { get; private set; }

    public Sealed<NoteContent> SealedContent { get; private set; } = null!;

    public NoteContent Content => SealedContent.Value;

    public Guid AuthorId { get; private set; }

    public string AuthorName { get; private set; } = "";

    public DateTimeOffset SavedAt { get; private set; }

    public DateTimeOffset? SignedAt { get; private set; }

    public uint Version { get; private set; }

    public static ConsultationNote Begin(Appointment of, CurrentUser author, DateTimeOffset now) => new()
    {
        TenantId = of.TenantId,
        Id = Guid.CreateVersion7(now),
        AppointmentId = of.Id,
        State = NoteState.Draft,
        SealedContent = new NoteContent(),
        AuthorId = author.Id,
        AuthorName = author.Name,
        SavedAt = now,
    };

    /// <param name="limits">What the rules for prescriptions say of it.</param>
    public IReadOnlyList<Error> Write(NoteContent content, IEnumerable<Error> limits, CurrentUser author, DateTimeOffset now)
    {
        if (State == NoteState.Signed)
        {
            return [Error.Conflict("note.already-signed")];
        }
        List<Error> problems = [.. content.Problems(), .. limits];
        if (problems.Count == 0)
        {
            (SealedContent, AuthorId, AuthorName, SavedAt) = (content with { Lines = [.. content.Lines.Where(line => !line.IsEmpty)] }, author.Id, author.Name, now);
        }
        return problems;
    }

    /// <summary>Closes it as it is written. Only when the call is over: what is said until then belongs in it.</summary>
    public IReadOnlyList<Error> Sign(AppointmentStatus status, DateTimeOffset now)
    {
        if (State == NoteState.Signed)
        {
            return [Error.Conflict("note.already-signed")];
        }
        if (status != AppointmentStatus.Fulfilled)
        {
            return [Error.Conflict("note.call-not-over")];
        }
        var missing = Content.Missing().ToList();
        if (missing.Count == 0)
        {
            (State, SignedAt) = (NoteState.Signed, now);
        }
        return missing;
    }
}
