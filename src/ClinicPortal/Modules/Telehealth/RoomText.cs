namespace ClinicPortal.Modules.Telehealth;

/// <summary>Names the words of joining and of the call.</summary>
public sealed class RoomText;
