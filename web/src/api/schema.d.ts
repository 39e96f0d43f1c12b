// Made from openapi.json by `npm run gen`; not to be edited.
export interface paths {
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register, and be signed in
         * @description Your personal workspace is made with your account; its days begin at midnight until you choose otherwise. A
         *     registration that was cut off is finished by sending it again, or by signing in.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/daily-logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your daily logs */
        get: operations["list_daily_logs"];
        put?: never;
        /** Log what was done on a day */
        post: operations["log_day"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/daily-logs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a daily log */
        get: operations["get_daily_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Correct a log */
        patch: operations["correct_log"];
        trace?: never;
    };
    "/v1/daily-logs/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a withdrawn log count again */
        post: operations["restore_log"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/daily-logs/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a log count no longer */
        post: operations["withdraw_log"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/daily-totals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List minutes and logs by day */
        get: operations["list_daily_totals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get all that a start page shows
         * @description What is due today, streaks, this week against its targets, the year's days, pace, and the latest logs.
         */
        get: operations["get_dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read or follow all events
         * @description With `Accept: text/event-stream` the answer is a stream that goes on with what happens; else it is a page. The `id`
         *     of each message of a stream is a position, its `event` the type of the event, and its `data` the event as on a page.
         *     Messages called `heartbeat` only tell how far the stream has come.
         *
         *     The `next` of a page is sent as `after`.
         */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Take everything with you
         * @description A zip with your account, sessions, goals, logs, and everything that ever happened in your own workspace, all of it
         *     readable: each table as JSON and as CSV. What you did in workspaces of others is not in it. It is made while you read
         *     it; one that broke off has no end, and does not open. In the CSV files, a text that a spreadsheet would take for a
         *     formula has an apostrophe in front.
         */
        get: operations["export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your goals */
        get: operations["list_goals"];
        put?: never;
        /** Name a new goal */
        post: operations["create_goal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a goal */
        get: operations["get_goal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change some of a goal's fields */
        patch: operations["revise_goal"];
        trace?: never;
    };
    "/v1/goals/{id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a goal away */
        post: operations["archive_goal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that a goal was reached */
        post: operations["complete_goal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Expect nothing of a goal on some days
         * @description Days that are paused neither break nor extend a streak, unless they are met. A pause may name past days.
         */
        post: operations["pause_goal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a goal's progress
         * @description How much of its total is done, by day; how fast it was gone at of late, how fast it must be to be reached by its target
         *     date, and when it will be.
         */
        get: operations["get_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take up a completed goal again */
        post: operations["reopen_goal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take out an archived goal again */
        post: operations["restore_goal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Expect something again on days that are paused */
        post: operations["resume_goal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set which days a goal expects
         * @description It holds from today on; days that were are judged by what held then.
         */
        put: operations["set_schedule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}/streak": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a goal's streak */
        get: operations["get_goal_streak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/goals/{id}/weekly-target": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set what is aimed for each week
         * @description It holds from this week on, until it is changed or withdrawn; weeks that were keep their target.
         */
        put: operations["set_weekly_target"];
        post?: never;
        /** Aim for nothing any more */
        delete: operations["withdraw_weekly_target"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List everything that happened */
        get: operations["list_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/history/{position}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo an event
         * @description The fields it changed get the values they had before it; 409, if a later event changed them since, if it is undone
         *     already, or if what they said was erased by who wrote it. A text that is given back stays that of who wrote it. The undoing is an
         *     event of its own, or several, which history shows beside the one it takes back, and which can be undone in turn, as a
         *     whole.
         */
        post: operations["undo_event"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation
         * @description You are a member then. Accepting it again is answered alike, and does nothing.
         */
        post: operations["accept_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at an invitation
         * @description What it is to, before you accept it. One that was taken by another, revoked, or has ended is as if it had never been.
         */
        post: operations["look_at_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get your account */
        get: operations["get_me"];
        put?: never;
        post?: never;
        /**
         * Erase yourself, for ever
         * @description Your account is gone at once, and your address free; your sessions end within a second. Every text you ever wrote is erased, in
         *     backups too once the master key has rotated, by deleting the key it is sealed with; within a minute no process can
         *     open it. Figures, days and ids stay, so that the log can still be verified. Nobody can undo this. Sent again, it is
         *     answered 401, since there is nobody any more.
         */
        delete: operations["erase_me"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/address": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the address you sign in with
         * @description From the answer on it is the new one that signs you in, with the same password; your sessions go on. Sent again, it does
         *     nothing.
         */
        put: operations["change_address"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your password
         * @description All your sessions end within a second, also the one that asks, so that nobody who has its tokens goes on, and so do the
         *     open invitations that you made. You are signed in anew: from the answer on, use its tokens.
         */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change how things look to you */
        patch: operations["change_preferences"];
        trace?: never;
    };
    "/v1/me/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change what you are called */
        put: operations["change_profile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether you can register
         * @description Where you cannot, ask the operator of the installation for an account.
         */
        get: operations["get_registration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your sessions */
        get: operations["list_sessions"];
        put?: never;
        /**
         * Sign in
         * @description The answer to a wrong password is the same, and takes as long, whether or not there is an account with the address.
         */
        post: operations["sign_in"];
        /**
         * End all your other sessions
         * @description Their access tokens stop working within a second.
         */
        delete: operations["end_other_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions
         * @description Its access token stops working within a second.
         */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign out
         * @description Ends the session within a second, and makes a browser forget its tokens. It works with an expired access token, with the refresh
         *     cookie alone, and where the session has ended already.
         */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh a session
         * @description Exchanges a refresh token for the next pair of tokens. The new tokens go where the old one came from: into the
         *     cookies or into the body, so that no script can fetch those of a browser. A token that is sent again within ten
         *     seconds gets the same pair again; later, it ends the session.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/streak": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the streak of the whole workspace
         * @description A day counts if any goal was met on it, and every day is due.
         */
        get: operations["get_workspace_streak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/weeks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List weeks
         * @description From the running week back to that of the workspace's first event; earlier ones where something was logged for them.
         */
        get: operations["list_weeks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/weeks/{first}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a week
         * @description It is named by its first date. Tells each goal's figures, and what was corrected since the week was over.
         */
        get: operations["get_week"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the workspace
         * @description Its name, its calendar, and what you may do there.
         */
        get: operations["get_workspace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspace/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the time zone, week start and day start
         * @description They hold from the next day that begins under them; days that were are not judged anew.
         */
        put: operations["set_calendar"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspace/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the open invitations
         * @description Without their codes, which only those have who made them. Only an owner may.
         */
        get: operations["list_invitations"];
        put?: never;
        /**
         * Invite somebody into the workspace
         * @description The answer has a code, by which one person joins, once, within a week; in the app, `/join#` and the code is a link.
         *     Only an owner may, and what they offered is open only while they are one.
         */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspace/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an invitation
         * @description Nobody joins by it any more. One that somebody joined by, or that ended, is not there to be revoked. Only an owner may.
         */
        delete: operations["revoke_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspace/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who belongs to the workspace */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspace/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a member, or leave
         * @description An owner removes anybody, and each member themself. What they did stays; their access ends within a second.
         */
        delete: operations["remove_member"];
        options?: never;
        head?: never;
        /**
         * Change what a member may do
         * @description There is always an owner, and a personal workspace's person stays one.
         */
        patch: operations["change_role"];
        trace?: never;
    };
    "/v1/workspace/name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Call the workspace something else */
        put: operations["rename_workspace"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the workspaces you belong to
         * @description Name one as `Momentum-Workspace` with a query or a command, and it is about that one.
         */
        get: operations["list_workspaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The day of a week with the most minutes. */
        BestDay: {
            /**
             * Format: date
             * @description The day.
             */
            day: string;
            /**
             * Format: int32
             * @description Its minutes.
             */
            minutes: number;
        };
        /** @description What a person chooses about their calendar. */
        CalendarSettings: {
            /**
             * Format: int32
             * @description The minute after midnight at which a day begins, 0 to 360.
             */
            day_start_minute: number;
            /** @description The day a week begins with. */
            week_start: components["schemas"]["Weekday"];
            /** @description An IANA time zone name, as in `Europe/Berlin`. */
            zone: string;
        };
        /** @description Why a streak is no longer what it was. */
        Cause: {
            /**
             * Format: uuid
             * @description This event changed it.
             */
            event: string;
        } | {
            /** @description Time ended it: this day, or this week, went by without being met. */
            missed: components["schemas"]["Week"];
        };
        /** @description A field that an event changed. */
        Change: {
            /** @description Its value since; `null` for none. */
            after: unknown;
            /** @description Its value before; `null` for none. */
            before: unknown;
            /** @description The field. */
            field: string;
        };
        /** @description Changes the address that a person signs in with. */
        ChangeAddress: {
            /** @description The password, once more. */
            current_password: components["schemas"]["Password"];
            /**
             * Format: email
             * @description The new address.
             * @example countess@example.org
             */
            email: string;
        };
        /** @description Changes a password. */
        ChangePassword: {
            /** @description The password until now. */
            current_password: components["schemas"]["Password"];
            /** @description The password from now on, under the same rules as at registration. */
            new_password: components["schemas"]["Password"];
            /** @description Where the tokens of the new session are to go. */
            tokens?: components["schemas"]["TokensAs"];
        };
        /** @description Changes how things look to a user: the fields that are present. */
        ChangePreferences: {
            /** @description The new language. */
            language?: components["schemas"]["Language"];
            /** @description The new theme. */
            theme?: components["schemas"]["Theme"];
        };
        /** @description Changes what a user is called; `null` for no name. */
        ChangeProfile: {
            /** @description The new name: one line, at most 200 characters. */
            name?: string | null;
        };
        /** @description Lets a member do something else. */
        ChangeRole: {
            /** @description What they may do. */
            role: components["schemas"]["Role"];
        };
        /** @description A change of a day's figures after its week was over. */
        Correction: {
            /**
             * Format: uuid
             * @description Who did it.
             */
            actor: string;
            /**
             * Format: date
             * @description The day whose figures it changed.
             */
            day: string;
            /**
             * Format: uuid
             * @description The goal.
             */
            goal_id: string;
            /**
             * Format: date
             * @description The local day it was then.
             */
            local_day: string;
            /**
             * Format: uuid
             * @description The log, if it was about one.
             */
            log_id?: string | null;
            /**
             * Format: int32
             * @description By so many logs.
             */
            logs: number;
            /**
             * Format: int32
             * @description 1 if the goal met the day by it, -1 if it no longer did.
             */
            met: number;
            /**
             * Format: int32
             * @description By so many minutes.
             */
            minutes: number;
            /**
             * Format: date-time
             * @description When it was recorded.
             */
            recorded_at: string;
            /** @description What happened, as in `DailyLogCorrected`. */
            type: string;
        };
        /** @description Changes some of a log's fields: those that are present; `null` clears the text. */
        CorrectLog: {
            /**
             * Format: date
             * @description The day it really was.
             */
            day?: string;
            /**
             * Format: int32
             * @description The minutes they really were, 0 to 1,440.
             */
            minutes?: number;
            /** @description The new text, or `null` for none. */
            text?: string | null;
        };
        /** @description Names a new goal. */
        CreateGoal: {
            /** @description What it is about, at most 4,000 characters. */
            description?: string | null;
            /**
             * Format: uuid
             * @description A UUIDv7 made by the client; without it the server makes one.
             */
            id?: string | null;
            /**
             * Format: date
             * @description The day it is to be reached by.
             */
            target_date?: string | null;
            /** @description What it is called: one line, at most 200 characters. */
            title: string;
            /**
             * Format: int32
             * @description The minutes it takes in all.
             */
            total_minutes?: number | null;
        };
        /** @description A daily log. */
        DailyLogRow: {
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            changed_at: string;
            /**
             * Format: date-time
             * @description When it was logged.
             */
            created_at: string;
            /**
             * Format: date
             * @description The day it counts for.
             */
            day: string;
            /**
             * Format: uuid
             * @description The goal it is for.
             */
            goal_id: string;
            /**
             * Format: uuid
             * @description The log.
             */
            id: string;
            /**
             * Format: int32
             * @description 0 to 1,440.
             */
            minutes: number;
            text?: components["schemas"]["Personal"] | null;
            /**
             * Format: int32
             * @description The version of the log's stream: its `ETag`.
             */
            version: number;
            /** @description Whether it was withdrawn, and so does not count. */
            withdrawn: boolean;
            /** @description The time zone the person was in. */
            zone: string;
        };
        /** @description A day that has minutes or logs. */
        DailyTotal: {
            /**
             * Format: date
             * @description The local day.
             */
            day: string;
            /**
             * Format: int32
             * @description How many those are.
             */
            logs: number;
            /**
             * Format: int32
             * @description The minutes of its logs that count.
             */
            minutes: number;
        };
        /** @description The days that have any logs. */
        DailyTotals: {
            /** @description In the order of days; a day without logs is left out. */
            items: components["schemas"]["DailyTotal"][];
        };
        /** @description All that a start page shows. */
        Dashboard: {
            /**
             * Format: date-time
             * @description The instant it is over.
             */
            day_ends_at: string;
            /** @description The goals that are neither completed nor archived, in the order they were made, at most 200. */
            goals: components["schemas"]["DashboardGoal"][];
            /** @description The ten latest logs, newest day first; withdrawn ones are left out. */
            recent_logs: components["schemas"]["DailyLogRow"][];
            /** @description The streak of the whole workspace. */
            streak: components["schemas"]["Standing"];
            /**
             * Format: date
             * @description The day it is.
             */
            today: string;
            /** @description This week of the whole workspace. */
            week: components["schemas"]["WeekFigures"];
            /** @description The days that have any logs, from the first day of the week 52 weeks ago until today, in order. */
            year: components["schemas"]["DailyTotal"][];
        };
        /** @description A goal, as it stands today. */
        DashboardGoal: components["schemas"]["Due"] & {
            /**
             * Format: uuid
             * @description The goal.
             */
            goal_id: string;
            /** @description How fast it is gone at, and where that leads. */
            pace: components["schemas"]["Pace"];
            /** @description How much of its total is done. */
            progress: components["schemas"]["Progress"];
            /** @description How its streak stands. */
            streak: components["schemas"]["Standing"];
            /** @description What it is called. */
            title: components["schemas"]["Personal"];
            /** @description This week, against its target and the week before. */
            week: components["schemas"]["WeekFigures"];
        };
        /** @description Settings of a calendar, and since when they hold. */
        DatedCalendar: {
            /** @description The settings. */
            calendar: components["schemas"]["CalendarSettings"];
            /**
             * Format: date
             * @description The first day under them.
             */
            from: string;
            /**
             * Format: date-time
             * @description The instant that day begins.
             */
            starts_at: string;
        };
        /** @description A schedule, and since when it holds: the fields of `GoalScheduleSet`. */
        DatedSchedule: {
            /**
             * Format: date
             * @description The first day it holds on.
             */
            from: string;
            /** @description What is expected. */
            schedule: components["schemas"]["Schedule"];
        };
        /**
         * @description A target, and since when it holds; without one, the goal has none from then on.
         *
         *     The fields of `WeeklyTargetSet` and `WeeklyTargetWithdrawn`.
         */
        DatedTarget: {
            /**
             * Format: date
             * @description The first date of the first week it holds in.
             */
            from_week: string;
            target?: components["schemas"]["WeeklyTarget"] | null;
        };
        /**
         * @description Days that follow each other, as a pause names them: both ends included.
         *
         *     The event fields of `GoalPaused` and `GoalResumed`, and the body of their commands.
         */
        DayRange: {
            /**
             * Format: date
             * @description The first day.
             */
            first: string;
            /**
             * Format: date
             * @description The last day; without it, the range has no end.
             */
            last?: string | null;
        };
        /** @description What is told when a command is done. */
        Done: {
            /**
             * @description Whether anything had to change: then the event at this position is what was done, and can be undone. Else it is
             *     that of whatever came last.
             */
            changed: boolean;
            /**
             * Format: uuid
             * @description What the command was about, made by it or by the client.
             */
            id: string;
            /** @description Where the log stands, as in `Momentum-Position`: send it with a query to see what was done. */
            position: string;
            /**
             * Format: int32
             * @description Its version now, as in `ETag`: send it as `If-Match` to change only what you saw.
             */
            version: number;
        };
        /** @description What a goal asks of today. */
        Due: {
            /**
             * @description Whether today is expected: it is not paused, and it is one of the days; where so many days a week are, the other
             *     days of the week are not enough.
             */
            due: boolean;
            /** @description Whether what was logged makes it count. */
            met: boolean;
            /**
             * Format: int32
             * @description The minutes that make it count.
             */
            minutes_needed: number;
            /**
             * Format: int32
             * @description The minutes logged for it.
             */
            minutes_today: number;
            /** @description Whether it is paused. */
            paused: boolean;
        };
        /** @description Has a person forgotten. */
        EraseMe: {
            /** @description The password, once more. */
            password: components["schemas"]["Password"];
        };
        /** @description One field at fault. */
        FieldError: {
            /**
             * @description What is wrong with it, as a slug.
             * @example too-large
             */
            code: string;
            /** @description What is wrong with it. */
            detail: string;
            /**
             * @description The field as a JSON pointer (RFC 6901) into the body, or into the query string read as an object.
             * @example /minutes
             */
            pointer: string;
        };
        /** @description A goal in a list. */
        GoalListRow: {
            /**
             * Format: date
             * @description The local day on which it was archived, while it is.
             */
            archived_on?: string | null;
            /**
             * Format: date
             * @description The local day on which it was completed, while it is.
             */
            completed_on?: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: uuid
             * @description The goal.
             */
            id: string;
            /**
             * Format: int32
             * @description The logs that count.
             */
            logs: number;
            /**
             * Format: int64
             * @description The minutes logged on it, in all.
             */
            minutes: number;
            /**
             * Format: date
             * @description The day it is to be reached by.
             */
            target_date?: string | null;
            /** @description What it is called. */
            title: components["schemas"]["Personal"];
            /**
             * Format: int32
             * @description The minutes it takes in all.
             */
            total_minutes?: number | null;
            /**
             * Format: int32
             * @description The version of the goal's stream: its `ETag`.
             */
            version: number;
        };
        /** @description How far a goal has come. */
        GoalProgress: components["schemas"]["Progress"] & {
            /** @description The days that have any logs, in order. */
            history: components["schemas"]["ProgressDay"][];
            /** @description How fast it must be gone at, and is. */
            pace: components["schemas"]["Pace"];
        };
        /** @description A goal, whole. */
        GoalRow: {
            /**
             * Format: date
             * @description The local day on which it was archived, while it is.
             */
            archived_on?: string | null;
            /**
             * Format: date-time
             * @description When the goal itself was last changed; logs do not change it.
             */
            changed_at: string;
            /**
             * Format: date
             * @description The local day on which it was completed, while it is.
             */
            completed_on?: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            description?: components["schemas"]["Personal"] | null;
            /**
             * Format: uuid
             * @description The goal.
             */
            id: string;
            /**
             * Format: int32
             * @description The logs that count.
             */
            logs: number;
            /**
             * Format: int64
             * @description The minutes logged on it, in all.
             */
            minutes: number;
            /** @description The days it is paused, in order; a pause without a last day has no end. */
            pauses: components["schemas"]["DayRange"][];
            /** @description Which days it expects, each schedule from its day on. Before the first, every day counts with a minute. */
            schedules: components["schemas"]["DatedSchedule"][];
            /**
             * Format: date
             * @description The day it is to be reached by.
             */
            target_date?: string | null;
            /** @description What it is called. */
            title: components["schemas"]["Personal"];
            /**
             * Format: int32
             * @description The minutes it takes in all.
             */
            total_minutes?: number | null;
            /**
             * Format: int32
             * @description The version of the goal's stream: its `ETag`.
             */
            version: number;
            /** @description What is aimed for each week, each target from its week on; one without a target withdraws the one before. */
            weekly_targets: components["schemas"]["DatedTarget"][];
        };
        /** @description A goal's week. */
        GoalWeek: {
            as_closed?: components["schemas"]["WeekFigures"] | null;
            /**
             * Format: uuid
             * @description The goal.
             */
            goal_id: string;
            /** @description What its week comes to now. */
            now: components["schemas"]["WeekFigures"];
            /** @description What it is called. */
            title: components["schemas"]["Personal"];
        };
        /** @description Something that happened. */
        Happening: {
            /**
             * Format: uuid
             * @description Who did it.
             */
            actor: string;
            /** @description Whether the product did it by itself, as when it closes a week; `actor` is nobody's id then. */
            by_system: boolean;
            /** @description What it changed, by field. */
            changes: components["schemas"]["Change"][];
            /**
             * Format: uuid
             * @description The goal it is about, if it is about one.
             */
            goal_id?: string | null;
            /**
             * Format: uuid
             * @description The event.
             */
            id: string;
            /**
             * Format: uuid
             * @description The owner whose invitation they accepted, where they joined the workspace.
             */
            invited_by?: string | null;
            /**
             * Format: date
             * @description The local day it was then.
             */
            local_day: string;
            /** @description Its place in the log, as in `Momentum-Position`. */
            position: string;
            /**
             * Format: date-time
             * @description When it was recorded.
             */
            recorded_at: string;
            /** @description To what: `user`, `workspace`, `goal` or `daily-log`; `unknown` where an unreadable event does not say. */
            subject: string;
            /**
             * Format: uuid
             * @description To which.
             */
            subject_id: string;
            /** @description What happened, as in `DailyLogCorrected`; `Unreadable` is what another version wrote, and this one cannot read. */
            type: string;
            /**
             * Format: uuid
             * @description The event that this one takes back.
             */
            undoes?: string | null;
            /**
             * Format: uuid
             * @description The event that takes this one back, the latest if several did.
             */
            undone_by?: string | null;
            /**
             * Format: int32
             * @description The subject's version since.
             */
            version: number;
        };
        /** Format: uuid */
        Id: string;
        /** @description An invitation, as owners see it in the list. */
        Invitation: {
            /**
             * Format: date-time
             * @description When it ends.
             */
            expires_at: string;
            /** @description To revoke it by. */
            id: components["schemas"]["Id"];
            /**
             * Format: date-time
             * @description When it was made.
             */
            made_at: string;
            /**
             * Format: uuid
             * @description The owner who made it.
             */
            made_by: string;
            /** @description What who accepts it may do. */
            role: components["schemas"]["Role"];
        };
        /** @description The open invitations into a workspace. */
        Invitations: {
            /** @description The latest first. */
            items: components["schemas"]["Invitation"][];
        };
        /** @description Invites somebody into the workspace. */
        Invite: {
            /** @description What they may do. */
            role: components["schemas"]["Role"];
        };
        /** @description A new invitation, and its code. */
        Invited: components["schemas"]["Invitation"] & {
            /**
             * @description Who comes with it joins. It is told this once: hand it to whom you invite, and to nobody else.
             * @example mom_in_…
             */
            code: string;
        };
        /**
         * @description A language the product speaks.
         * @enum {string}
         */
        Language: "en" | "de";
        /** @description A streak that ended because a day or a week was missed. */
        Lapse: {
            /** @description The missed day, or the missed week. */
            missed: components["schemas"]["Week"];
            /** @description The streak as it was. */
            run: components["schemas"]["Run"];
        };
        /** @description Logs what was done for a goal on a day. */
        LogDay: {
            /**
             * Format: date
             * @description The day it was done on; without it, today in the workspace's calendar. Never a day after today.
             */
            day?: string | null;
            /**
             * Format: uuid
             * @description The goal it was done for.
             */
            goal_id: string;
            /**
             * Format: uuid
             * @description A UUIDv7 made by the client; without it the server makes one.
             */
            id?: string | null;
            /**
             * Format: int32
             * @description 0 to 1,440.
             */
            minutes: number;
            /** @description What was done, at most 4,000 characters. */
            text?: string | null;
        };
        /** @description The longest run there ever was, in each unit. */
        Longest: {
            /**
             * Format: int32
             * @description In days.
             */
            days: number;
            /**
             * Format: int32
             * @description In weeks.
             */
            weeks: number;
        };
        /** @description The person who asks. */
        Me: {
            email?: components["schemas"]["Personal"] | null;
            /**
             * Format: uuid
             * @description The user.
             */
            id: string;
            /** @description The language you read. */
            language: components["schemas"]["Language"];
            name?: components["schemas"]["Personal"] | null;
            /** @description How things look to you. */
            theme: components["schemas"]["Theme"];
            /**
             * Format: int32
             * @description The version of your account, as `If-Match` for your profile and preferences.
             */
            version: number;
            /** @description Your personal workspace. */
            workspace: components["schemas"]["MyWorkspace"];
        };
        /** @description A member of a workspace. */
        Member: {
            name?: components["schemas"]["Personal"] | null;
            /** @description What they may do. */
            role: components["schemas"]["Role"];
            /**
             * Format: uuid
             * @description Who.
             */
            user_id: string;
        };
        /** @description The members of a workspace. */
        Members: {
            /** @description In the order of their ids. */
            items: components["schemas"]["Member"][];
        };
        /** @description A workspace that somebody belongs to. */
        MembershipRow: {
            /**
             * Format: uuid
             * @description The workspace.
             */
            id: string;
            name?: components["schemas"]["Personal"] | null;
            /** @description What they may do there. */
            role: components["schemas"]["Role"];
        };
        /**
         * @description What a weekly target counts.
         * @enum {string}
         */
        Metric: "minutes" | "days" | "logs";
        /** @description A workspace, as a member sees it. */
        MyWorkspace: {
            /** @description The settings that hold today. */
            calendar: components["schemas"]["CalendarSettings"];
            /** @description All settings that ever held or will, in the order of their days. */
            calendars: components["schemas"]["DatedCalendar"][];
            /**
             * Format: uuid
             * @description The workspace.
             */
            id: string;
            name?: components["schemas"]["Personal"] | null;
            /** @description What you may do there. */
            role: components["schemas"]["Role"];
            /**
             * Format: date
             * @description The day it is there.
             */
            today: string;
            upcoming?: components["schemas"]["DatedCalendar"] | null;
            /**
             * Format: int32
             * @description The version of the workspace, as `If-Match`.
             */
            version: number;
        };
        /** @description What an invitation is to. */
        Offer: {
            /**
             * Format: date-time
             * @description When it ends.
             */
            expires_at: string;
            /** @description What the owner who invites is called; `null` if they do not say. */
            invited_by?: string | null;
            /** @description Whether you are a member there already. */
            is_member: boolean;
            /** @description What you may do there. */
            role: components["schemas"]["Role"];
            /**
             * Format: uuid
             * @description The workspace.
             */
            workspace_id: string;
            /** @description What it is called; `null` if nothing. */
            workspace_name?: string | null;
        };
        /** @description A session, as its owner sees it in the list of their sessions. */
        OpenSession: {
            /**
             * Format: date-time
             * @description When it was signed in.
             */
            created_at: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /**
             * @description The browser or program, and the system, as far as it told.
             * @example Firefox, Linux
             */
            device: string;
            /** @description To end it by. */
            id: components["schemas"]["Id"];
            /**
             * Format: date-time
             * @description When it was last used, to a quarter of an hour.
             */
            last_used_at: string;
        };
        /** @description How fast a goal must be gone at, how fast it is, and where that leads. */
        Pace: {
            /**
             * Format: int32
             * @description The minutes a day needed from today to the target date, both included, rounded up; none without total or target
             *     date, or when it has passed.
             */
            needed_minutes_a_day?: number | null;
            /** @description Whether that is on the target date or before; none without total or target date, or when it is reached already. */
            on_time?: boolean | null;
            /**
             * Format: date
             * @description The day the total will be reached at the recent pace; none without a total, when it is reached, or never is.
             */
            reached_on?: string | null;
            /**
             * Format: int32
             * @description The minutes a day of late, rounded down; none if nothing was ever logged.
             */
            recent_minutes_a_day?: number | null;
        };
        /** @description Some items, and where the next ones begin. */
        Page_DailyLogRow: {
            /** @description The items. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was last changed.
                 */
                changed_at: string;
                /**
                 * Format: date-time
                 * @description When it was logged.
                 */
                created_at: string;
                /**
                 * Format: date
                 * @description The day it counts for.
                 */
                day: string;
                /**
                 * Format: uuid
                 * @description The goal it is for.
                 */
                goal_id: string;
                /**
                 * Format: uuid
                 * @description The log.
                 */
                id: string;
                /**
                 * Format: int32
                 * @description 0 to 1,440.
                 */
                minutes: number;
                text?: components["schemas"]["Personal"] | null;
                /**
                 * Format: int32
                 * @description The version of the log's stream: its `ETag`.
                 */
                version: number;
                /** @description Whether it was withdrawn, and so does not count. */
                withdrawn: boolean;
                /** @description The time zone the person was in. */
                zone: string;
            }[];
            /** @description Send it back to get the next page, as `cursor` unless said otherwise; `null` when this is the last. */
            next?: string | null;
        };
        /** @description Some items, and where the next ones begin. */
        Page_GoalListRow: {
            /** @description The items. */
            items: {
                /**
                 * Format: date
                 * @description The local day on which it was archived, while it is.
                 */
                archived_on?: string | null;
                /**
                 * Format: date
                 * @description The local day on which it was completed, while it is.
                 */
                completed_on?: string | null;
                /**
                 * Format: date-time
                 * @description When it was created.
                 */
                created_at: string;
                /**
                 * Format: uuid
                 * @description The goal.
                 */
                id: string;
                /**
                 * Format: int32
                 * @description The logs that count.
                 */
                logs: number;
                /**
                 * Format: int64
                 * @description The minutes logged on it, in all.
                 */
                minutes: number;
                /**
                 * Format: date
                 * @description The day it is to be reached by.
                 */
                target_date?: string | null;
                /** @description What it is called. */
                title: components["schemas"]["Personal"];
                /**
                 * Format: int32
                 * @description The minutes it takes in all.
                 */
                total_minutes?: number | null;
                /**
                 * Format: int32
                 * @description The version of the goal's stream: its `ETag`.
                 */
                version: number;
            }[];
            /** @description Send it back to get the next page, as `cursor` unless said otherwise; `null` when this is the last. */
            next?: string | null;
        };
        /** @description Some items, and where the next ones begin. */
        Page_Happening: {
            /** @description The items. */
            items: {
                /**
                 * Format: uuid
                 * @description Who did it.
                 */
                actor: string;
                /** @description Whether the product did it by itself, as when it closes a week; `actor` is nobody's id then. */
                by_system: boolean;
                /** @description What it changed, by field. */
                changes: components["schemas"]["Change"][];
                /**
                 * Format: uuid
                 * @description The goal it is about, if it is about one.
                 */
                goal_id?: string | null;
                /**
                 * Format: uuid
                 * @description The event.
                 */
                id: string;
                /**
                 * Format: uuid
                 * @description The owner whose invitation they accepted, where they joined the workspace.
                 */
                invited_by?: string | null;
                /**
                 * Format: date
                 * @description The local day it was then.
                 */
                local_day: string;
                /** @description Its place in the log, as in `Momentum-Position`. */
                position: string;
                /**
                 * Format: date-time
                 * @description When it was recorded.
                 */
                recorded_at: string;
                /** @description To what: `user`, `workspace`, `goal` or `daily-log`; `unknown` where an unreadable event does not say. */
                subject: string;
                /**
                 * Format: uuid
                 * @description To which.
                 */
                subject_id: string;
                /** @description What happened, as in `DailyLogCorrected`; `Unreadable` is what another version wrote, and this one cannot read. */
                type: string;
                /**
                 * Format: uuid
                 * @description The event that this one takes back.
                 */
                undoes?: string | null;
                /**
                 * Format: uuid
                 * @description The event that takes this one back, the latest if several did.
                 */
                undone_by?: string | null;
                /**
                 * Format: int32
                 * @description The subject's version since.
                 */
                version: number;
            }[];
            /** @description Send it back to get the next page, as `cursor` unless said otherwise; `null` when this is the last. */
            next?: string | null;
        };
        /** @description Some items, and where the next ones begin. */
        Page_RecordedEvent: {
            /** @description The items. */
            items: {
                /**
                 * Format: uuid
                 * @description Who did it.
                 */
                actor: string;
                /**
                 * Format: uuid
                 * @description What led to the command; without a chain, the command itself.
                 */
                causation: string;
                /**
                 * Format: uuid
                 * @description The command that did it: the `Idempotency-Key` it was sent with.
                 */
                command: string;
                /**
                 * Format: uuid
                 * @description What began the chain of commands it belongs to; without a chain, the command.
                 */
                correlation: string;
                /**
                 * @description What happened. `Unreadable` is what another version wrote, and this one cannot read.
                 * @example {
                 *       "data": {
                 *         "email": "ada@example.org",
                 *         "language": "en",
                 *         "name": "Ada",
                 *         "workspace_id": "01990000-0000-7000-8000-000000000001"
                 *       },
                 *       "schema": 1,
                 *       "type": "UserRegistered"
                 *     }
                 * @example {
                 *       "data": {
                 *         "email": "countess@example.org"
                 *       },
                 *       "schema": 1,
                 *       "type": "UserAddressChanged"
                 *     }
                 * @example {
                 *       "data": {
                 *         "name": "Countess Ada"
                 *       },
                 *       "schema": 1,
                 *       "type": "UserProfileChanged"
                 *     }
                 * @example {
                 *       "data": {
                 *         "language": "de",
                 *         "theme": "dark"
                 *       },
                 *       "schema": 1,
                 *       "type": "UserPreferencesChanged"
                 *     }
                 * @example {
                 *       "data": {},
                 *       "schema": 1,
                 *       "type": "UserErased"
                 *     }
                 * @example {
                 *       "data": {
                 *         "calendar": {
                 *           "day_start_minute": 0,
                 *           "from": "2026-05-01",
                 *           "set_at": "2026-05-01T12:00:00Z",
                 *           "starts_at": "2026-05-01T10:00:00Z",
                 *           "week_start": "sunday",
                 *           "zone": "Pacific/Honolulu"
                 *         },
                 *         "name": "Ada's",
                 *         "owner": "01990000-0000-7000-8000-000000000002"
                 *       },
                 *       "schema": 1,
                 *       "type": "WorkspaceCreated"
                 *     }
                 * @example {
                 *       "data": {
                 *         "name": "At home"
                 *       },
                 *       "schema": 1,
                 *       "type": "WorkspaceRenamed"
                 *     }
                 * @example {
                 *       "data": {
                 *         "calendar": {
                 *           "day_start_minute": 0,
                 *           "from": "2026-05-22",
                 *           "left_out": 1,
                 *           "set_at": "2026-05-20T10:30:00Z",
                 *           "starts_at": "2026-05-21T10:00:00Z",
                 *           "week_start": "sunday",
                 *           "zone": "Pacific/Kiritimati"
                 *         }
                 *       },
                 *       "schema": 1,
                 *       "type": "WorkspaceCalendarSet"
                 *     }
                 * @example {
                 *       "data": {
                 *         "ends_at": "2026-05-17T10:00:00Z",
                 *         "first": "2026-05-10",
                 *         "last": "2026-05-16"
                 *       },
                 *       "schema": 1,
                 *       "type": "WeekClosed"
                 *     }
                 * @example {
                 *       "data": {
                 *         "invited_by": "01990000-0000-7000-8000-000000000002",
                 *         "role": "viewer",
                 *         "user": "01990000-0000-7000-8000-000000000005"
                 *       },
                 *       "schema": 1,
                 *       "type": "MemberAdded"
                 *     }
                 * @example {
                 *       "data": {
                 *         "role": "editor",
                 *         "user": "01990000-0000-7000-8000-000000000005"
                 *       },
                 *       "schema": 1,
                 *       "type": "MemberRoleChanged"
                 *     }
                 * @example {
                 *       "data": {
                 *         "user": "01990000-0000-7000-8000-000000000005"
                 *       },
                 *       "schema": 1,
                 *       "type": "MemberRemoved"
                 *     }
                 * @example {
                 *       "data": {
                 *         "description": "Slowly, and to the end.",
                 *         "target_date": "2026-10-25",
                 *         "title": "Run a marathon",
                 *         "total_minutes": 12000
                 *       },
                 *       "schema": 1,
                 *       "type": "GoalCreated"
                 *     }
                 * @example {
                 *       "data": {
                 *         "description": null,
                 *         "target_date": "2026-09-27",
                 *         "title": "Run half a marathon"
                 *       },
                 *       "schema": 1,
                 *       "type": "GoalRevised"
                 *     }
                 * @example {
                 *       "data": {},
                 *       "schema": 1,
                 *       "type": "GoalCompleted"
                 *     }
                 * @example {
                 *       "data": {},
                 *       "schema": 1,
                 *       "type": "GoalReopened"
                 *     }
                 * @example {
                 *       "data": {},
                 *       "schema": 1,
                 *       "type": "GoalArchived"
                 *     }
                 * @example {
                 *       "data": {},
                 *       "schema": 1,
                 *       "type": "GoalRestored"
                 *     }
                 * @example {
                 *       "data": {
                 *         "from": "2026-03-02",
                 *         "schedule": {
                 *           "kind": "weekdays",
                 *           "minutes_min": 20,
                 *           "weekdays": [
                 *             "monday",
                 *             "thursday"
                 *           ]
                 *         }
                 *       },
                 *       "schema": 1,
                 *       "type": "GoalScheduleSet"
                 *     }
                 * @example {
                 *       "data": {
                 *         "from_week": "2026-03-02",
                 *         "target": {
                 *           "metric": "minutes",
                 *           "value": 150
                 *         }
                 *       },
                 *       "schema": 1,
                 *       "type": "WeeklyTargetSet"
                 *     }
                 * @example {
                 *       "data": {
                 *         "from_week": "2026-04-06"
                 *       },
                 *       "schema": 1,
                 *       "type": "WeeklyTargetWithdrawn"
                 *     }
                 * @example {
                 *       "data": {
                 *         "days": {
                 *           "first": "2026-07-20",
                 *           "last": "2026-08-02"
                 *         }
                 *       },
                 *       "schema": 1,
                 *       "type": "GoalPaused"
                 *     }
                 * @example {
                 *       "data": {
                 *         "days": {
                 *           "first": "2026-07-30"
                 *         }
                 *       },
                 *       "schema": 1,
                 *       "type": "GoalResumed"
                 *     }
                 * @example {
                 *       "data": {
                 *         "counted": {
                 *           "day": "2026-05-20",
                 *           "minutes": 45
                 *         },
                 *         "goal_id": "01990000-0000-7000-8000-000000000003",
                 *         "text": "Along the river.",
                 *         "zone": "Europe/Berlin"
                 *       },
                 *       "schema": 1,
                 *       "type": "DailyLogCreated"
                 *     }
                 * @example {
                 *       "data": {
                 *         "counted": {
                 *           "day": "2026-05-20",
                 *           "minutes": 30
                 *         },
                 *         "goal_id": "01990000-0000-7000-8000-000000000003",
                 *         "text": "To the bridge.",
                 *         "was": {
                 *           "day": "2026-05-20",
                 *           "minutes": 45
                 *         }
                 *       },
                 *       "schema": 1,
                 *       "type": "DailyLogCorrected"
                 *     }
                 * @example {
                 *       "data": {
                 *         "goal_id": "01990000-0000-7000-8000-000000000003",
                 *         "was": {
                 *           "day": "2026-05-20",
                 *           "minutes": 30
                 *         }
                 *       },
                 *       "schema": 1,
                 *       "type": "DailyLogWithdrawn"
                 *     }
                 * @example {
                 *       "data": {
                 *         "counted": {
                 *           "day": "2026-05-20",
                 *           "minutes": 30
                 *         },
                 *         "goal_id": "01990000-0000-7000-8000-000000000003"
                 *       },
                 *       "schema": 1,
                 *       "type": "DailyLogRestored"
                 *     }
                 */
                event: {
                    /** @description The fields of this type of event; of one that is `Unreadable`, the type and the schema that it has. */
                    data: Record<string, never>;
                    /** @description The version of the shape of `data`. */
                    schema: number;
                    /**
                     * @description What happened.
                     * @enum {string}
                     */
                    type: "UserRegistered" | "UserAddressChanged" | "UserProfileChanged" | "UserPreferencesChanged" | "UserErased" | "WorkspaceCreated" | "WorkspaceRenamed" | "WorkspaceCalendarSet" | "WeekClosed" | "MemberAdded" | "MemberRoleChanged" | "MemberRemoved" | "GoalCreated" | "GoalRevised" | "GoalCompleted" | "GoalReopened" | "GoalArchived" | "GoalRestored" | "GoalScheduleSet" | "WeeklyTargetSet" | "WeeklyTargetWithdrawn" | "GoalPaused" | "GoalResumed" | "DailyLogCreated" | "DailyLogCorrected" | "DailyLogWithdrawn" | "DailyLogRestored" | "Unreadable";
                };
                /**
                 * Format: uuid
                 * @description The event.
                 */
                id: string;
                /**
                 * Format: date
                 * @description The local day it was then.
                 */
                local_day: string;
                /** @description Its place in the log, as in `Momentum-Position`: send it as `after` or `Last-Event-ID` to get what follows. */
                position: string;
                /**
                 * Format: date-time
                 * @description When it was recorded.
                 */
                recorded_at: string;
                /**
                 * Format: uuid
                 * @description To what it happened: a user, a workspace, a goal or a log.
                 */
                stream: string;
                /** @description The W3C `traceparent` of the request. */
                trace_parent?: string | null;
                /**
                 * Format: uuid
                 * @description The event that this one takes back.
                 */
                undoes?: string | null;
                /**
                 * Format: int32
                 * @description The version of that since.
                 */
                version: number;
                /**
                 * Format: uuid
                 * @description The workspace it happened in.
                 */
                workspace: string;
            }[];
            /** @description Send it back to get the next page, as `cursor` unless said otherwise; `null` when this is the last. */
            next?: string | null;
        };
        /** @description Some items, and where the next ones begin. */
        Page_StreakChanged: {
            /** @description The items. */
            items: (components["schemas"]["StreakChange"] & {
                /**
                 * Format: date-time
                 * @description When the event was recorded at which it came to light; none, if time ended the streak and nothing happened since.
                 */
                recorded_at?: string | null;
            })[];
            /** @description Send it back to get the next page, as `cursor` unless said otherwise; `null` when this is the last. */
            next?: string | null;
        };
        /** @description Some items, and where the next ones begin. */
        Page_WeekSnapshot: {
            /** @description The items. */
            items: (components["schemas"]["Week"] & {
                as_closed?: components["schemas"]["WeekFigures"] | null;
                /** @description Whether it is closed: fixed, so that what changes it is a correction. */
                closed: boolean;
                /**
                 * Format: int32
                 * @description How many corrections there were since it was over.
                 */
                corrections: number;
                /**
                 * Format: date-time
                 * @description The instant it ends or ended.
                 */
                ends_at: string;
                /** @description What it comes to now. */
                now: components["schemas"]["WeekFigures"];
            })[];
            /** @description Send it back to get the next page, as `cursor` unless said otherwise; `null` when this is the last. */
            next?: string | null;
        };
        /** Format: password */
        Password: string;
        /** @description Expects nothing of a goal on some days. */
        PauseGoal: {
            /**
             * Format: date
             * @description The first day, which may be past; without it, today.
             */
            first?: string | null;
            /**
             * Format: date
             * @description The last day; without it, until the goal is resumed.
             */
            last?: string | null;
        };
        Personal: string;
        /** @description A correction, and its place in the log. */
        PlacedCorrection: components["schemas"]["Correction"] & {
            /** @description The event's place in the log, as in `Momentum-Position`. */
            position: string;
        };
        /**
         * @description What a client is told when a request fails, after RFC 9457. Some kinds have members of their own besides, such as
         *     `expected` and `actual` of a version conflict.
         */
        Problem: {
            /**
             * @description The kind of problem as a slug, for programs to tell cases apart.
             * @example version-conflict
             */
            code: string;
            /** @description What happened this time, and what to do about it. */
            detail: string;
            /** @description Which fields are at fault, where it is a matter of fields. */
            errors?: components["schemas"]["FieldError"][];
            /**
             * Format: int32
             * @description The HTTP status.
             * @example 409
             */
            status: number;
            /** @description The kind of problem in a few words, the same each time. */
            title: string;
            /** @description The id of the request, as in the header `x-request-id` and in the log of the server. */
            trace_id?: string | null;
            /**
             * @description A stable reference to the kind of problem, which also answers `GET`; its last segment is `code`.
             * @example /problems/version-conflict
             */
            type: string;
        } & {
            [key: string]: unknown;
        };
        /** @description How much of a goal's total is done. */
        Progress: {
            /**
             * Format: int32
             * @description The minutes logged in all.
             */
            minutes: number;
            /**
             * Format: int32
             * @description How much that is, rounded down; more than 100 if the total was passed.
             */
            percent?: number | null;
            /**
             * Format: int32
             * @description The minutes it takes in all, if the goal has a total.
             */
            total_minutes?: number | null;
        };
        /** @description A day, and how far the goal had come by its end. */
        ProgressDay: {
            /**
             * Format: date
             * @description The day.
             */
            day: string;
            /**
             * Format: int32
             * @description Its minutes.
             */
            minutes: number;
            /**
             * Format: int64
             * @description The minutes of all days up to it.
             */
            minutes_in_all: number;
        };
        /** @description An event, with all that is known of how it came about. */
        RecordedEvent: {
            /**
             * Format: uuid
             * @description Who did it.
             */
            actor: string;
            /**
             * Format: uuid
             * @description What led to the command; without a chain, the command itself.
             */
            causation: string;
            /**
             * Format: uuid
             * @description The command that did it: the `Idempotency-Key` it was sent with.
             */
            command: string;
            /**
             * Format: uuid
             * @description What began the chain of commands it belongs to; without a chain, the command.
             */
            correlation: string;
            /**
             * @description What happened. `Unreadable` is what another version wrote, and this one cannot read.
             * @example {
             *       "data": {
             *         "email": "ada@example.org",
             *         "language": "en",
             *         "name": "Ada",
             *         "workspace_id": "01990000-0000-7000-8000-000000000001"
             *       },
             *       "schema": 1,
             *       "type": "UserRegistered"
             *     }
             * @example {
             *       "data": {
             *         "email": "countess@example.org"
             *       },
             *       "schema": 1,
             *       "type": "UserAddressChanged"
             *     }
             * @example {
             *       "data": {
             *         "name": "Countess Ada"
             *       },
             *       "schema": 1,
             *       "type": "UserProfileChanged"
             *     }
             * @example {
             *       "data": {
             *         "language": "de",
             *         "theme": "dark"
             *       },
             *       "schema": 1,
             *       "type": "UserPreferencesChanged"
             *     }
             * @example {
             *       "data": {},
             *       "schema": 1,
             *       "type": "UserErased"
             *     }
             * @example {
             *       "data": {
             *         "calendar": {
             *           "day_start_minute": 0,
             *           "from": "2026-05-01",
             *           "set_at": "2026-05-01T12:00:00Z",
             *           "starts_at": "2026-05-01T10:00:00Z",
             *           "week_start": "sunday",
             *           "zone": "Pacific/Honolulu"
             *         },
             *         "name": "Ada's",
             *         "owner": "01990000-0000-7000-8000-000000000002"
             *       },
             *       "schema": 1,
             *       "type": "WorkspaceCreated"
             *     }
             * @example {
             *       "data": {
             *         "name": "At home"
             *       },
             *       "schema": 1,
             *       "type": "WorkspaceRenamed"
             *     }
             * @example {
             *       "data": {
             *         "calendar": {
             *           "day_start_minute": 0,
             *           "from": "2026-05-22",
             *           "left_out": 1,
             *           "set_at": "2026-05-20T10:30:00Z",
             *           "starts_at": "2026-05-21T10:00:00Z",
             *           "week_start": "sunday",
             *           "zone": "Pacific/Kiritimati"
             *         }
             *       },
             *       "schema": 1,
             *       "type": "WorkspaceCalendarSet"
             *     }
             * @example {
             *       "data": {
             *         "ends_at": "2026-05-17T10:00:00Z",
             *         "first": "2026-05-10",
             *         "last": "2026-05-16"
             *       },
             *       "schema": 1,
             *       "type": "WeekClosed"
             *     }
             * @example {
             *       "data": {
             *         "invited_by": "01990000-0000-7000-8000-000000000002",
             *         "role": "viewer",
             *         "user": "01990000-0000-7000-8000-000000000005"
             *       },
             *       "schema": 1,
             *       "type": "MemberAdded"
             *     }
             * @example {
             *       "data": {
             *         "role": "editor",
             *         "user": "01990000-0000-7000-8000-000000000005"
             *       },
             *       "schema": 1,
             *       "type": "MemberRoleChanged"
             *     }
             * @example {
             *       "data": {
             *         "user": "01990000-0000-7000-8000-000000000005"
             *       },
             *       "schema": 1,
             *       "type": "MemberRemoved"
             *     }
             * @example {
             *       "data": {
             *         "description": "Slowly, and to the end.",
             *         "target_date": "2026-10-25",
             *         "title": "Run a marathon",
             *         "total_minutes": 12000
             *       },
             *       "schema": 1,
             *       "type": "GoalCreated"
             *     }
             * @example {
             *       "data": {
             *         "description": null,
             *         "target_date": "2026-09-27",
             *         "title": "Run half a marathon"
             *       },
             *       "schema": 1,
             *       "type": "GoalRevised"
             *     }
             * @example {
             *       "data": {},
             *       "schema": 1,
             *       "type": "GoalCompleted"
             *     }
             * @example {
             *       "data": {},
             *       "schema": 1,
             *       "type": "GoalReopened"
             *     }
             * @example {
             *       "data": {},
             *       "schema": 1,
             *       "type": "GoalArchived"
             *     }
             * @example {
             *       "data": {},
             *       "schema": 1,
             *       "type": "GoalRestored"
             *     }
             * @example {
             *       "data": {
             *         "from": "2026-03-02",
             *         "schedule": {
             *           "kind": "weekdays",
             *           "minutes_min": 20,
             *           "weekdays": [
             *             "monday",
             *             "thursday"
             *           ]
             *         }
             *       },
             *       "schema": 1,
             *       "type": "GoalScheduleSet"
             *     }
             * @example {
             *       "data": {
             *         "from_week": "2026-03-02",
             *         "target": {
             *           "metric": "minutes",
             *           "value": 150
             *         }
             *       },
             *       "schema": 1,
             *       "type": "WeeklyTargetSet"
             *     }
             * @example {
             *       "data": {
             *         "from_week": "2026-04-06"
             *       },
             *       "schema": 1,
             *       "type": "WeeklyTargetWithdrawn"
             *     }
             * @example {
             *       "data": {
             *         "days": {
             *           "first": "2026-07-20",
             *           "last": "2026-08-02"
             *         }
             *       },
             *       "schema": 1,
             *       "type": "GoalPaused"
             *     }
             * @example {
             *       "data": {
             *         "days": {
             *           "first": "2026-07-30"
             *         }
             *       },
             *       "schema": 1,
             *       "type": "GoalResumed"
             *     }
             * @example {
             *       "data": {
             *         "counted": {
             *           "day": "2026-05-20",
             *           "minutes": 45
             *         },
             *         "goal_id": "01990000-0000-7000-8000-000000000003",
             *         "text": "Along the river.",
             *         "zone": "Europe/Berlin"
             *       },
             *       "schema": 1,
             *       "type": "DailyLogCreated"
             *     }
             * @example {
             *       "data": {
             *         "counted": {
             *           "day": "2026-05-20",
             *           "minutes": 30
             *         },
             *         "goal_id": "01990000-0000-7000-8000-000000000003",
             *         "text": "To the bridge.",
             *         "was": {
             *           "day": "2026-05-20",
             *           "minutes": 45
             *         }
             *       },
             *       "schema": 1,
             *       "type": "DailyLogCorrected"
             *     }
             * @example {
             *       "data": {
             *         "goal_id": "01990000-0000-7000-8000-000000000003",
             *         "was": {
             *           "day": "2026-05-20",
             *           "minutes": 30
             *         }
             *       },
             *       "schema": 1,
             *       "type": "DailyLogWithdrawn"
             *     }
             * @example {
             *       "data": {
             *         "counted": {
             *           "day": "2026-05-20",
             *           "minutes": 30
             *         },
             *         "goal_id": "01990000-0000-7000-8000-000000000003"
             *       },
             *       "schema": 1,
             *       "type": "DailyLogRestored"
             *     }
             */
            event: {
                /** @description The fields of this type of event; of one that is `Unreadable`, the type and the schema that it has. */
                data: Record<string, never>;
                /** @description The version of the shape of `data`. */
                schema: number;
                /**
                 * @description What happened.
                 * @enum {string}
                 */
                type: "UserRegistered" | "UserAddressChanged" | "UserProfileChanged" | "UserPreferencesChanged" | "UserErased" | "WorkspaceCreated" | "WorkspaceRenamed" | "WorkspaceCalendarSet" | "WeekClosed" | "MemberAdded" | "MemberRoleChanged" | "MemberRemoved" | "GoalCreated" | "GoalRevised" | "GoalCompleted" | "GoalReopened" | "GoalArchived" | "GoalRestored" | "GoalScheduleSet" | "WeeklyTargetSet" | "WeeklyTargetWithdrawn" | "GoalPaused" | "GoalResumed" | "DailyLogCreated" | "DailyLogCorrected" | "DailyLogWithdrawn" | "DailyLogRestored" | "Unreadable";
            };
            /**
             * Format: uuid
             * @description The event.
             */
            id: string;
            /**
             * Format: date
             * @description The local day it was then.
             */
            local_day: string;
            /** @description Its place in the log, as in `Momentum-Position`: send it as `after` or `Last-Event-ID` to get what follows. */
            position: string;
            /**
             * Format: date-time
             * @description When it was recorded.
             */
            recorded_at: string;
            /**
             * Format: uuid
             * @description To what it happened: a user, a workspace, a goal or a log.
             */
            stream: string;
            /** @description The W3C `traceparent` of the request. */
            trace_parent?: string | null;
            /**
             * Format: uuid
             * @description The event that this one takes back.
             */
            undoes?: string | null;
            /**
             * Format: int32
             * @description The version of that since.
             */
            version: number;
            /**
             * Format: uuid
             * @description The workspace it happened in.
             */
            workspace: string;
        };
        /** @description Refreshes a session. */
        Refresh: {
            /**
             * @description The refresh token, from clients that keep it themselves. A browser sends `{}`, and its cookie.
             * @example mom_rt_…
             */
            refresh_token?: string | null;
        };
        /** @description Registers a person. */
        Register: {
            /**
             * Format: email
             * @description The address to sign in with.
             * @example ada@example.org
             */
            email: string;
            /** @description The language they read. */
            language?: components["schemas"]["Language"];
            /**
             * @description What they like to be called: one line, at most 200 characters.
             * @example Ada
             */
            name?: string | null;
            /** @description At least ten characters, and none of the most common passwords. */
            password: components["schemas"]["Password"];
            /** @description Where the tokens are to go. */
            tokens?: components["schemas"]["TokensAs"];
            /** @description The day their weeks begin on; `monday` unless given. */
            week_start?: components["schemas"]["Weekday"];
            /**
             * @description The time zone of their calendar: an IANA name.
             * @example Europe/Berlin
             */
            zone: string;
        };
        /** @description Whether people register by themselves. */
        RegistrationState: {
            /** @description If not, the operator of the installation makes the accounts. */
            open: boolean;
        };
        /** @description Calls the workspace something else; `null` for no name. */
        RenameWorkspace: {
            /** @description The new name: one line, at most 200 characters. */
            name?: string | null;
        };
        /** @description Expects something of a goal again on days that are paused. */
        ResumeGoal: {
            /**
             * Format: date
             * @description The first day, which may be past; without it, today.
             */
            first?: string | null;
            /**
             * Format: date
             * @description The last day; without it, all days from the first on.
             */
            last?: string | null;
        };
        /** @description Changes some of a goal's fields: those that are present; `null` clears one, but for the title. */
        ReviseGoal: {
            /** @description The new description, or `null` for none. */
            description?: string | null;
            /**
             * Format: date
             * @description The new target date, or `null` for none.
             */
            target_date?: string | null;
            /** @description The new title. */
            title?: string;
            /**
             * Format: int32
             * @description The new total in minutes, or `null` for none.
             */
            total_minutes?: number | null;
        };
        /**
         * @description What a member may do, each role including the one before.
         * @enum {string}
         */
        Role: "viewer" | "editor" | "owner";
        /** @description Met days, or met weeks, with none missed between them. A run is named by its first date. */
        Run: {
            /**
             * Format: date
             * @description Its first met day, or the first date of its first met week.
             */
            first: string;
            /**
             * Format: date
             * @description Its last met day, or the last date of its last met week.
             */
            last: string;
            /**
             * Format: int32
             * @description How many days or weeks were met.
             */
            length: number;
            /** @description What it is counted in. */
            unit: components["schemas"]["Unit"];
        };
        /** @description Which days a goal expects, and the minutes that make a day count. */
        Schedule: {
            /** @enum {string} */
            kind: "every-day";
            /**
             * Format: int32
             * @description The minutes that make a day count, 1 to 1,440.
             * @default 1
             */
            minutes_min: number;
        } | {
            /** @enum {string} */
            kind: "weekdays";
            /**
             * Format: int32
             * @description The minutes that make a day count, 1 to 1,440.
             * @default 1
             */
            minutes_min: number;
            /** @description The days it expects, at least one. */
            weekdays: components["schemas"]["Weekday"][];
        } | {
            /**
             * Format: int32
             * @description How many, 1 to 7.
             */
            days: number;
            /** @enum {string} */
            kind: "days-a-week";
            /**
             * Format: int32
             * @description The minutes that make a day count, 1 to 1,440.
             * @default 1
             */
            minutes_min: number;
        };
        /** @description Where a person is signed in. */
        Sessions: {
            /** @description The most recently used first. */
            items: components["schemas"]["OpenSession"][];
        };
        /** @description Who is signed in now. */
        SignedInAs: {
            /** @description The session, as it stands in the list of sessions. */
            session_id: components["schemas"]["Id"];
            tokens?: components["schemas"]["Tokens"] | null;
            /** @description The user. */
            user_id: components["schemas"]["Id"];
            /** @description Their personal workspace. */
            workspace_id: components["schemas"]["Id"];
        };
        /** @description Signs a person in. */
        SignIn: {
            /**
             * Format: email
             * @description The address of their account, in whatever case.
             * @example ada@example.org
             */
            email: string;
            /** @description Their password. */
            password: components["schemas"]["Password"];
            /** @description Where the tokens are to go. */
            tokens?: components["schemas"]["TokensAs"];
        };
        /** @description How a streak stands on a day. */
        Standing: components["schemas"]["StreakFigures"] & {
            /**
             * @description The current streak ends with the day unless the day is met; for weeks: without today, too few days are left for the
             *     week to be met.
             */
            at_risk: boolean;
            lapsed?: components["schemas"]["Lapse"] | null;
        };
        /** @description A streak. */
        Streak: components["schemas"]["Standing"] & {
            /** @description How it came to be so, newest first, each change with its cause. */
            changes: components["schemas"]["Page_StreakChanged"];
        };
        /** @description One change of a streak. */
        StreakChange: {
            /** @description The runs there are instead: the latest 50 of them. */
            added?: components["schemas"]["Run"][];
            /** @description The figures after. */
            after: components["schemas"]["StreakFigures"];
            /** @description The figures before. */
            before: components["schemas"]["StreakFigures"];
            /** @description What changed it. */
            cause: components["schemas"]["Cause"];
            /** @description The runs, past ones included, that are no more: the latest 50 of them. */
            removed?: components["schemas"]["Run"][];
        };
        /** @description What changes of a streak are told in. */
        StreakFigures: {
            /**
             * Format: int32
             * @description The current streak.
             */
            current: number;
            /** @description The longest there ever was; the current one counts. */
            longest: components["schemas"]["Longest"];
            /**
             * Format: date
             * @description The first met day, or the first date of the first met week, of the current streak.
             */
            since?: string | null;
            /** @description What the current streak is counted in, by the schedule that holds. */
            unit: components["schemas"]["Unit"];
        };
        /**
         * @description How the product looks.
         * @enum {string}
         */
        Theme: "system" | "light" | "dark";
        /** @description A pair of tokens, as a client is told it. */
        Tokens: {
            /**
             * Format: date-time
             * @description When the access token ends.
             */
            access_expires_at: string;
            /**
             * @description Sent with each request, as `Authorization: Bearer …`.
             * @example mom_at_…
             */
            access_token: string;
            /**
             * Format: date-time
             * @description When the refresh token, and with it the session, ends unless it is refreshed.
             */
            refresh_expires_at: string;
            /**
             * @description Exchanged for the next pair, once.
             * @example mom_rt_…
             */
            refresh_token: string;
        };
        /**
         * @description Where tokens are to go.
         * @example bearer
         * @enum {string}
         */
        TokensAs: "cookies" | "bearer";
        /**
         * @description What a streak is counted in.
         * @enum {string}
         */
        Unit: "days" | "weeks";
        /** @description The days of a week: seven, or fewer where the week start changed. */
        Week: {
            /**
             * Format: date
             * @description Its first date, which is its name.
             */
            first: string;
            /**
             * Format: date
             * @description Its last date.
             */
            last: string;
        };
        /** @description The difference between a week and the one before it. */
        WeekChange: {
            /**
             * Format: int64
             * @description In logs.
             */
            logs: number;
            /**
             * Format: int64
             * @description In met days.
             */
            met_days: number;
            /**
             * Format: int64
             * @description In minutes.
             */
            minutes: number;
        };
        /**
         * @description A day of the week, as written on the wire: `monday` … `sunday`.
         * @enum {string}
         */
        Weekday: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
        /** @description What a week came to, of a goal or of a workspace. */
        WeekFigures: components["schemas"]["Week"] & {
            best_day?: components["schemas"]["BestDay"] | null;
            /** @description What there is more, or less, than in the week before. */
            change: components["schemas"]["WeekChange"];
            /**
             * Format: int32
             * @description Logs.
             */
            logs: number;
            /**
             * Format: int32
             * @description Met days.
             */
            met_days: number;
            /**
             * Format: int32
             * @description Logged minutes.
             */
            minutes: number;
            /**
             * Format: int32
             * @description How much of the target was reached, rounded down, so that 100 says it was; more than 100 if it was passed.
             */
            share_percent?: number | null;
            target?: components["schemas"]["WeeklyTarget"] | null;
        };
        /** @description A week of the workspace, goal by goal, with what was corrected since it was over. */
        WeekInDetail: components["schemas"]["Week"] & {
            as_closed?: components["schemas"]["WeekFigures"] | null;
            /** @description Whether it is closed: fixed, so that what changes it is a correction. */
            closed: boolean;
            /** @description What was corrected since it was over, in the order in which it was: the last 500 corrections. */
            corrections: components["schemas"]["PlacedCorrection"][];
            /**
             * Format: int32
             * @description How many corrections there were in all.
             */
            corrections_count: number;
            /**
             * Format: date-time
             * @description The instant it ends or ended.
             */
            ends_at: string;
            /** @description The goals that have figures in it, or aimed at something. */
            goals: components["schemas"]["GoalWeek"][];
            /** @description What it comes to now. */
            now: components["schemas"]["WeekFigures"];
        };
        /** @description So much of a metric a week. */
        WeeklyTarget: {
            /** @description What is counted. */
            metric: components["schemas"]["Metric"];
            /**
             * Format: int32
             * @description How much of it: minutes up to 10,080, days up to 7, logs up to 1,000.
             */
            value: number;
        };
        /** @description A week's figures as they are now, and as they were when it closed. */
        WeekSnapshot: components["schemas"]["Week"] & {
            as_closed?: components["schemas"]["WeekFigures"] | null;
            /** @description Whether it is closed: fixed, so that what changes it is a correction. */
            closed: boolean;
            /**
             * Format: int32
             * @description How many corrections there were since it was over.
             */
            corrections: number;
            /**
             * Format: date-time
             * @description The instant it ends or ended.
             */
            ends_at: string;
            /** @description What it comes to now. */
            now: components["schemas"]["WeekFigures"];
        };
        /** @description The code of an invitation. */
        WithCode: {
            /**
             * @description As it was told when the invitation was made.
             * @example mom_in_…
             */
            code: string;
        };
        /** @description The workspaces a person belongs to. */
        Workspaces: {
            /** @description Their own among them. */
            items: components["schemas"]["MembershipRow"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Register"];
            };
        };
        responses: {
            /** @description Registered and signed in. */
            201: {
                headers: {
                    /** @description The path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInAs"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_daily_logs: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                cursor?: string;
                /** @description Only those from this day on. */
                from?: string;
                /** @description Only those for this goal. */
                goal_id?: string;
                /** @description How many items at most, 1 to 500; 50 unless given. */
                limit?: number;
                /** @description Only those up to this day. */
                to?: string;
                /** @description Withdrawn ones too. */
                withdrawn?: boolean;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logs, newest day first. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DailyLogRow"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_day: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogDay"];
            };
        };
        responses: {
            /** @description The day was logged. */
            201: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The path of what was made. */
                    Location?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_daily_log: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DailyLogRow"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    correct_log: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CorrectLog"];
            };
        };
        responses: {
            /** @description The log says this now. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_log: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log counts again. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_log: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log is withdrawn. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_daily_totals: {
        parameters: {
            query: {
                /** @description An instant or a position: what was known then. Now, unless given. */
                as_of?: string;
                /** @description The first day. */
                from: string;
                /** @description Of this goal; of the whole workspace unless given. */
                goal_id?: string;
                /** @description The last day, at most 732 days on. */
                to: string;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The days that have any logs. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DailyTotals"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_dashboard: {
        parameters: {
            query?: {
                /** @description An instant or a position: what was known then. Now, unless given. */
                as_of?: string;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How everything stands. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                /** @description A position: only what came after it. Without it, pages begin at the first event, and a stream now. */
                after?: string;
                /** @description How many events a page has at most, 1 to 500; 50 unless given. */
                limit?: number;
            };
            header?: {
                /** @description Where a stream resumes, instead of `after`. */
                "Last-Event-ID"?: string | null;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RecordedEvent"];
                    "text/event-stream": string;
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The zip. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_goals: {
        parameters: {
            query?: {
                /** @description An instant or a position: what was known then. Now, unless given. */
                as_of?: string;
                /** @description The `next` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 500; 50 unless given. */
                limit?: number;
                /** @description `active` unless given. */
                status?: "active" | "completed" | "archived" | "all";
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Goals, in the order they were made. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_GoalListRow"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_goal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateGoal"];
            };
        };
        responses: {
            /** @description The goal was created. */
            201: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The path of what was made. */
                    Location?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_goal: {
        parameters: {
            query?: {
                /** @description An instant or a position: what was known then. Now, unless given. */
                as_of?: string;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The goal. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GoalRow"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revise_goal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviseGoal"];
            };
        };
        responses: {
            /** @description The goal has these fields now. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archive_goal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The goal is archived. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    complete_goal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The goal is completed. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_goal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PauseGoal"];
            };
        };
        responses: {
            /** @description The days are paused. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_progress: {
        parameters: {
            query?: {
                /** @description An instant or a position: what was known then. Now, unless given. */
                as_of?: string;
                /** @description The first day of the history; 365 days before its last one, unless given. */
                from?: string;
                /** @description The last day of the history, at most 732 days on; today, unless given. */
                to?: string;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Progress, pace, and the days so far. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GoalProgress"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reopen_goal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The goal is open again. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_goal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The goal is no longer archived. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_goal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResumeGoal"];
            };
        };
        responses: {
            /** @description The days are paused no longer. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_schedule: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Schedule"];
            };
        };
        responses: {
            /** @description These days are expected from today on. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_goal_streak: {
        parameters: {
            query?: {
                /** @description An instant or a position: what was known then. Now, unless given. */
                as_of?: string;
                /** @description The `next` of the changes before. */
                cursor?: string;
                /** @description How many changes at most, 1 to 500; 50 unless given. */
                limit?: number;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The streak, and its changes. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Streak"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_weekly_target: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WeeklyTarget"];
            };
        };
        responses: {
            /** @description This is aimed for from this week on. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_weekly_target: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing is aimed for from this week on. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_history: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                cursor?: string;
                /** @description Only what was recorded at this instant or later. */
                from?: string;
                /** @description Only what happened to this goal and its logs. */
                goal_id?: string;
                /** @description How many items at most, 1 to 500; 50 unless given. */
                limit?: number;
                /** @description Only what was recorded before this instant. */
                to?: string;
                /** @description Only events of this type, as in `DailyLogCorrected`. */
                type?: string;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened, newest first. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Happening"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_event: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                /**
                 * @description The event's position, as history tells it.
                 * @example 61049828-3-7
                 */
                position: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event is taken back. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accept_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithCode"];
            };
        };
        responses: {
            /** @description You are a member; `id` is the workspace. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_at_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithCode"];
            };
        };
        responses: {
            /** @description What it is to. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Offer"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You, and your workspace. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erase_me: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseMe"];
            };
        };
        responses: {
            /** @description Your account is gone; your texts follow as soon as the log can be written to. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Erased. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_address: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAddress"];
            };
        };
        responses: {
            /** @description This is your address now. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description Changed, and signed in anew. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInAs"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_preferences: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePreferences"];
            };
        };
        responses: {
            /** @description Your preferences are these now. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_profile: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeProfile"];
            };
        };
        responses: {
            /** @description Your profile says this now. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_registration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether registration is open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegistrationState"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Signed in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInAs"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_other_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session, as it stands in the list. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description Refreshed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInAs"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workspace_streak: {
        parameters: {
            query?: {
                /** @description An instant or a position: what was known then. Now, unless given. */
                as_of?: string;
                /** @description The `next` of the changes before. */
                cursor?: string;
                /** @description How many changes at most, 1 to 500; 50 unless given. */
                limit?: number;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The streak, and its changes. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Streak"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_weeks: {
        parameters: {
            query?: {
                /** @description An instant or a position: what was known then. Now, unless given. */
                as_of?: string;
                /** @description The `next` of the page before. */
                cursor?: string;
                /** @description Of this goal; of the whole workspace unless given. */
                goal_id?: string;
                /** @description How many weeks at most, 1 to 500; 50 unless given. */
                limit?: number;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The weeks, newest first. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WeekSnapshot"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_week: {
        parameters: {
            query?: {
                /** @description An instant or a position: what was known then. Now, unless given. */
                as_of?: string;
            };
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                /** @description The week's first date, which is its name. */
                first: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The week. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WeekInDetail"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workspace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace, as you see it. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyWorkspace"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_calendar: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CalendarSettings"];
            };
        };
        responses: {
            /** @description The settings hold from the next day on. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_invitations: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitations that nobody took yet. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitations"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Invite"];
            };
        };
        responses: {
            /** @description The invitation, with its code. */
            201: {
                headers: {
                    /** @description The path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                /** @description The invitation, as it stands in the list. */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is open no longer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: never;
            header?: {
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The members, and what each may do. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Members"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_member: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                /** @description The member, as the list of members tells. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are a member no longer. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_role: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path: {
                /** @description The member, as the list of members tells. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeRole"];
            };
        };
        responses: {
            /** @description They have this role now. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rename_workspace: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUIDv7 made once for each command and kept for its retries. */
                "Idempotency-Key": string;
                /** @description The `ETag` of what is changed: refused if it changed meanwhile. */
                "If-Match"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameWorkspace"];
            };
        };
        responses: {
            /** @description The workspace is called this now. */
            200: {
                headers: {
                    /** @description The version it has now, for `If-Match`. */
                    ETag?: string;
                    /** @description The command's place in the log: a query that carries it shows what was done. */
                    "Momentum-Position"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_workspaces: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait until what a command answered with this is shown. */
                "Momentum-Position"?: string;
                /** @description The workspace it is about; your own unless given. */
                "Momentum-Workspace"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your own workspace, and those you are a member of. */
            200: {
                headers: {
                    /** @description There where the answer lacks something: names the read models that could not take in an event of the workspace. Nothing is lost; whoever runs the service is told, and mends it. */
                    "Momentum-Incomplete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspaces"];
                };
            };
            /** @description The request failed; the problem says why and what to do. */
            default: {
                headers: {
                    /** @description After how many seconds to try again, where that can help. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
