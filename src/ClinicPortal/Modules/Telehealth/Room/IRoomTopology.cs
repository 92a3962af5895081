using ClinicPortal.Modules.Telehealth.Domain;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>
/// How picture and sound travel between those in a room. A room asks here how many it holds and what its pages are to do; a server that forwards
/// for many (an SFU) is another implementation.
/// </summary>
public interface IRoomTopology
{
    /// <summary>As the room's script knows it.</summary>
    string Kind { get; }

    /// <summary>Those who may take part at once, patient and doctor included.</summary>
    int MostAdmitted { get; }
}

/// <summary>Each sends to each other.</summary>
internal sealed class Mesh : IRoomTopology
{
    public string Kind => "mesh";

    public int MostAdmitted => Participant.MostInARoom;
}
