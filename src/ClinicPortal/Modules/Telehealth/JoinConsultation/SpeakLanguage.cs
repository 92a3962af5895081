using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Results;
using Microsoft.AspNetCore.Localization;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.JoinConsultation;

/// <summary>A participant chooses the language of their pages; it stays with them on whichever device they come.</summary>
public sealed class SpeakLanguage(TelehealthContext db)
{
    public async Task<Result<string>> HandleAsync(Guid participantId, string? language, CancellationToken cancellationToken)
    {
        if (language is not ("ja" or "en") || await db.Participants.SingleOrDefaultAsync(p => p.Id == participantId, cancellationToken) is not { AccountId: null, State: not ParticipantState.Removed } self)
        {
            return Error.NotFound("appointment.not-found");
        }
        self.Speak(language);
        await db.SaveChangesAsync(cancellationToken);
        return language;
    }

    /// <summary>The same cookie as the switch on other pages sets: every page of this browser follows.</summary>
    public static void Remember(HttpContext context, string language)
    {
        var value = CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language == "en" ? "en" : "ja-JP"));
        if (context.Request.Cookies[PortalPipeline.LanguageCookie] != value)
        {
            context.Response.Cookies.Append(PortalPipeline.LanguageCookie, value,
                new CookieOptions { Path = "/", MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = true });
        }
    }
}
