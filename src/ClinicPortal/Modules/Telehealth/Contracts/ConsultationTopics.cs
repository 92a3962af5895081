namespace ClinicPortal.Modules.Telehealth.Contracts;

/// <summary>What live pages of other modules may follow.</summary>
public static class ConsultationTopics
{
    /// <summary>The appointments that concern a clinic.</summary>
    public static string Clinic(Guid clinicId) => $"appointments:{clinicId:N}";
}
