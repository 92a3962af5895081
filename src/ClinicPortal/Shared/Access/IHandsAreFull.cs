namespace ClinicPortal.Shared.Access;

/// <summary>Whose hands are with a patient is not asked by their phone who they are. Answered by whoever signs people in.</summary>
public interface IHandsAreFull
{
    /// <summary>Says of the person of this request whether they are with a patient, or on the way; of no effect where no lock would come.</summary>
    Task NoteAsync(bool handsAreFull, CancellationToken cancellationToken);
}
